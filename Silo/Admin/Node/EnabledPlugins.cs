using System.Text.Json;
using Mesh.Abstractions.Configuration;

namespace Mesh.Silo.Admin.Node;

/// <summary>Names of the plugins that are configured now.</summary>
internal static class EnabledPlugins
{
    private const int PageSize = 1000;

    public static async Task<(long Revision, IReadOnlyCollection<string> Names)> Read(AdminContext context)
    {
        SortedSet<string> names = new(StringComparer.Ordinal);
        EntityPage page = await context.Workspace.List(new ListQuery(EntityKinds.Plugins, Size: PageSize));
        Add(page);
        while (page.Next is { } last)
        {
            page = await context.Workspace.List(new ListQuery(EntityKinds.Plugins, After: last, Size: PageSize));
            Add(page);
        }

        return (page.Revision, names);

        void Add(EntityPage read)
        {
            foreach (byte[] document in read.Documents)
            {
                names.Add(Name(document));
            }
        }
    }

    private static string Name(byte[] document)
    {
        using JsonDocument plugin = JsonDocument.Parse(document);
        return plugin.RootElement.GetProperty("name").GetString()!;
    }
}
