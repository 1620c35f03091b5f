using System.Text;
using Mesh.Edge.Settings;
using Mesh.Silo.Settings;

namespace Mesh.Silo.Tests.Settings;

/// <summary>docs/SETTINGS.md lists every setting as it is declared. After a change, copy what the test wrote.</summary>
public class SettingsPageTests
{
    [Fact]
    public void The_page_lists_every_setting_as_declared()
    {
        string expected = Page();
        string written = Path.Combine(AppContext.BaseDirectory, "SETTINGS.md");
        File.WriteAllText(written, expected);
        string page = Path.Combine(Root(), "docs", "SETTINGS.md");
        Assert.True(File.Exists(page) && File.ReadAllText(page) == expected, $"copy {written} to docs/SETTINGS.md");
    }

    private static string Page()
    {
        var page = new StringBuilder("""
            # Settings

            Every setting has three names: an environment variable, a command line option and a key of `appsettings.json` (in the
            working directory). The command line wins over the environment, the environment over the file. A wrong value stops the
            start with one line that says which setting, why and what would be right; `mesh check` says the same without starting.

            Defaults: `MESH_PROXY_LISTEN` is `0.0.0.0:8000 reuseport backlog=16384, 0.0.0.0:8443 http2 ssl reuseport backlog=16384`,
            `MESH_ADMIN_LISTEN` is `127.0.0.1:8001, 127.0.0.1:8444 http2 ssl`, `MESH_STATUS_LISTEN` is `127.0.0.1:8007`,
            `MESH_DATA_DIR` is `./.mesh`. `off` closes a listener. Beyond loopback the Admin API needs authentication
            ([access.md](access.md)), and the cluster's ports need `MESH_CLUSTER_CA`, `MESH_CLUSTER_CERT` and `MESH_CLUSTER_KEY`.

            | variable | option | key | what for | a right value |
            |---|---|---|---|---|

            """);
        HashSet<string> edge = [.. EdgeSettingsList.All.Select(setting => setting.Name)];
        foreach (Setting setting in MeshSettings.Declarations.Concat(ClientSettingsList.All).DistinctBy(setting => setting.Name))
        {
            string who = edge.Contains(setting.Name) ? ""
                : ClientSettingsList.All.Contains(setting) ? " (commands such as `mesh apply`)"
                : " (not `mesh-edge`)";
            page.Append($"| `{setting.Name}` | `{setting.Option}` | `{setting.Key}` | {setting.Description}{who}{(setting.Secret ? "; never printed" : "")} | {setting.Expected.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }

        return page.ToString();
    }

    private static string Root()
    {
        DirectoryInfo directory = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Mesh.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("not inside the repository");
        }

        return directory.FullName;
    }
}
