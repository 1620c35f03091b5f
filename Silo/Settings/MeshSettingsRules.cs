using System.Net;
using Mesh.Edge.Listeners;
using Mesh.Edge.Settings;

namespace Mesh.Silo.Settings;

/// <summary>Rules over several settings. Those of the silo's ports stand in <see cref="Hosting.SiloPorts"/>, which also tries them.</summary>
internal static class MeshSettingsRules
{
    public static IEnumerable<SettingProblem> Check(MeshSettings settings)
    {
        if (settings.Admin.Token is null)
        {
            if (LeavesLoopback(settings.Admin.Listen))
            {
                yield return Open("MESH_ADMIN_LISTEN", settings.Admin.Listen, "the Admin API could be written to by anyone who reaches it");
            }

            if (settings.Role == Role.All && LeavesLoopback(settings.Edge.StatusListen))
            {
                yield return Open("MESH_STATUS_LISTEN", settings.Edge.StatusListen, "the status of this process could be read by anyone who reaches it");
            }
        }
    }

    private static bool LeavesLoopback(string list) => ListenDirectives.Parse(list).Directives.Any(directive =>
        directive.UnixPath is null
        && directive.Host != "localhost"
        && !(IPAddress.TryParse(directive.Host, out IPAddress? address) && IPAddress.IsLoopback(address)));

    private static SettingProblem Open(string name, string value, string reason) =>
        new(name, value, "with MESH_ADMIN_TOKEN not set", reason, "MESH_ADMIN_TOKEN to be set, or addresses on 127.0.0.1 or [::1] only, or off");
}
