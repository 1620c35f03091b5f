using Mesh.Grains.Schemas;

namespace Mesh.Silo.Admin;

/// <summary>Finds the resource of a path among <see cref="AdminRoutes"/>.</summary>
internal sealed class AdminRouter(EntitySchemas schemas)
{
    /// <summary>The workspace that bare paths mean.</summary>
    public const string DefaultWorkspace = "default";

    private readonly ILookup<int, AdminRoute> bySegments = AdminRoutes.All(schemas).ToLookup(route => AdminPath.Split(route.Template)!.Length);

    /// <returns>Null when there is nothing at this path.</returns>
    public FoundResource? Find(string[] path)
    {
        if (Find(path, DefaultWorkspace) is { } found)
        {
            return found;
        }

        // Other workspaces get their paths once they can be made.
        return path is [DefaultWorkspace, .. var rest] && rest.Length > 0 ? Find(rest, DefaultWorkspace) : null;
    }

    private FoundResource? Find(string[] path, string workspace)
    {
        foreach (AdminRoute route in bySegments[path.Length])
        {
            if (route.Find(path) is { } resource)
            {
                return new FoundResource(workspace, resource, route.Rule, route.Template);
            }
        }

        return null;
    }
}
