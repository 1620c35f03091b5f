using Mesh.Silo.Admin.Schemas;

namespace Mesh.Silo.Admin.Node;

/// <summary><c>/endpoints</c>: every path that the Admin API knows, a parent before what is below it.</summary>
internal static class EndpointsEndpoint
{
    public static AdminResource Resource { get; } = new()
    {
        Get = context => Task.FromResult(AdminAnswer.Object(StatusCodes.Status200OK, json => FieldJson.WriteStrings(
            json,
            "data",
            AdminRoutes.All(context.Schemas).Select(route => route.Template).Distinct().OrderBy(template => template.Replace('/', '\0'), StringComparer.Ordinal)))),
    };
}
