using System.Net;
using Mesh.Edge.Listeners;
using Mesh.Edge.Settings;

namespace Mesh.Silo.Settings;

/// <summary>Rules over several settings. Those of the silo's ports stand in <see cref="Hosting.SiloPorts"/>, which also tries them.</summary>
internal static class MeshSettingsRules
{
    public static IEnumerable<SettingProblem> Check(MeshSettings settings)
    {
        AdminSettings admin = settings.Admin;
        if (!admin.IsAuthenticated && LeavesLoopback(admin.Listen))
        {
            yield return new SettingProblem(
                "MESH_ADMIN_LISTEN",
                admin.Listen,
                "without authentication",
                "the Admin API could be written to by anyone who reaches it",
                "a token (MESH_ADMIN_TOKEN, MESH_ADMIN_TOKEN_FILE, or MESH_ADMIN_AUTH=loopback and tokens made on this machine by 'mesh tokens create'), or addresses on 127.0.0.1, [::1] or unix: only, or off");
        }

        if (admin is { Token: not null, TokenFile: not null })
        {
            yield return new SettingProblem("MESH_ADMIN_TOKEN_FILE", admin.TokenFile, "with MESH_ADMIN_TOKEN set", "both say what the token is", "one of the two");
        }
    }

    private static bool LeavesLoopback(string list) => ListenDirectives.Parse(list).Directives.Any(directive =>
        directive.UnixPath is null
        && directive.Host != "localhost"
        && !(IPAddress.TryParse(directive.Host, out IPAddress? address) && IPAddress.IsLoopback(address)));
}
