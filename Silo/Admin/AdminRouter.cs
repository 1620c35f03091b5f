using Mesh.Grains.Schemas;

namespace Mesh.Silo.Admin;

/// <summary>Finds the resource of a path among <see cref="AdminRoutes"/>.</summary>
internal sealed class AdminRouter(EntitySchemas schemas)
{
    /// <summary>The workspace that bare paths mean.</summary>
    public const string DefaultWorkspace = "default";

    private readonly ILookup<int, AdminRoute> bySegments = AdminRoutes.All(schemas).ToLookup(route => AdminPath.Split(route.Template)!.Length);

    /// <returns>The workspace and the resource; null when there is nothing at this path.</returns>
    public (string Workspace, AdminResource Resource)? Find(string[] path)
    {
        if (Resource(path) is { } resource)
        {
            return (DefaultWorkspace, resource);
        }

        // Other workspaces get their paths once they can be made.
        return path is [DefaultWorkspace, .. var rest] && rest.Length > 0 && Resource(rest) is { } inside ? (DefaultWorkspace, inside) : null;
    }

    private AdminResource? Resource(string[] path) => bySegments[path.Length].Select(route => route.Find(path)).FirstOrDefault(resource => resource is not null);
}
