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
                "a token (MESH_ADMIN_TOKEN, MESH_ADMIN_TOKEN_FILE, or MESH_ADMIN_AUTH=loopback and tokens made on this machine by 'mesh tokens create'), client certificates (MESH_ADMIN_CLIENT_CA) or OIDC (MESH_ADMIN_OIDC_ISSUER); or addresses on 127.0.0.1, [::1] or unix: only, or off");
        }

        foreach (SettingProblem problem in Incomplete(admin))
        {
            yield return problem;
        }

        if (admin is { Token: not null, TokenFile: not null })
        {
            yield return new SettingProblem("MESH_ADMIN_TOKEN_FILE", admin.TokenFile, "with MESH_ADMIN_TOKEN set", "both say what the token is", "one of the two");
        }
    }

    /// <summary>What has no effect, or too much, without another setting.</summary>
    private static IEnumerable<SettingProblem> Incomplete(AdminSettings admin)
    {
        if (admin.ClientCaFile is not null != admin.ClientRoles.Count > 0)
        {
            yield return new SettingProblem("MESH_ADMIN_CLIENT_CA", admin.ClientCaFile, "with MESH_ADMIN_CLIENT_ROLES", "one says whose certificates count, the other what they allow", "both, or none");
        }

        if (admin is { ClientCrlFile: not null, ClientCaFile: null })
        {
            yield return new SettingProblem("MESH_ADMIN_CLIENT_CRL", admin.ClientCrlFile, "with MESH_ADMIN_CLIENT_CA", "it says what an authority has revoked, and none is named", "both, or none");
        }

        bool whole = admin is { OidcIssuer: not null, OidcAudience: not null, OidcRoles.Count: > 0 };
        if (!whole && admin is not { OidcIssuer: null, OidcAudience: null, OidcRoles.Count: 0 })
        {
            yield return new SettingProblem("MESH_ADMIN_OIDC_ISSUER", admin.OidcIssuer, "with MESH_ADMIN_OIDC_AUDIENCE and MESH_ADMIN_OIDC_ROLES", "they belong together", "all three, or none");
        }
    }

    private static bool LeavesLoopback(string list) => ListenDirectives.Parse(list).Directives.Any(directive =>
        directive.UnixPath is null
        && directive.Host != "localhost"
        && !(IPAddress.TryParse(directive.Host, out IPAddress? address) && IPAddress.IsLoopback(address)));
}
