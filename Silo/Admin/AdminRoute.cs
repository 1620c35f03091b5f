using Mesh.Silo.Admin.Access;

namespace Mesh.Silo.Admin;

/// <summary>A path that the Admin API answers, declared once: the router and the OpenAPI document both read it.</summary>
/// <param name="Template">Such as <c>/edges/{edge}</c>; a segment in braces stands for any one segment.</param>
/// <param name="Rule">Who may use it.</param>
/// <param name="Open">The resource, given the segments that stand in the place of braces; null when there is none of that name.</param>
internal sealed record AdminRoute(string Template, AccessRule Rule, Func<string[], AdminResource?> Open)
{
    private readonly string[] segments = AdminPath.Split(Template)!;

    public AdminRoute(string template, AccessRule rule, AdminResource resource)
        : this(template, rule, _ => resource)
    {
    }

    /// <summary>Names of the segments in braces.</summary>
    public IReadOnlyList<string> Parameters { get; } = [.. AdminPath.Split(Template)!.Where(IsParameter).Select(segment => segment[1..^1])];

    /// <summary>The resource at this path; null when the path is another's.</summary>
    public AdminResource? Find(string[] path)
    {
        if (path.Length != segments.Length)
        {
            return null;
        }

        for (int i = 0; i < path.Length; i++)
        {
            if (!IsParameter(segments[i]) && segments[i] != path[i])
            {
                return null;
            }
        }

        return Open([.. path.Where((_, index) => IsParameter(segments[index]))]);
    }

    private static bool IsParameter(string segment) => segment is ['{', .., '}'];
}
