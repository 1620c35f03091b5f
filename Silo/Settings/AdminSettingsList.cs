using Mesh.Edge.Settings;

namespace Mesh.Silo.Settings;

/// <summary>The settings of the Admin API, one line each. Defaults stand in <see cref="AdminSettings"/>.</summary>
internal static class AdminSettingsList
{
    private const string PemFile = "a PEM file";
    private const int MinBodyBytes = 1024;
    private const int MaxBodyBytes = 1024 * 1024 * 1024;

    public static IReadOnlyList<Setting<AdminSettings>> All { get; } =
    [
        new("MESH_ADMIN_LISTEN", "addresses of the Admin API", ListenValue.Expected, (s, v) => s with { Listen = ListenValue.Check(v) }),
        new("MESH_ADMIN_AUTH", "who needs a credential at the Admin API", "required (everybody), or loopback (everybody but callers on this machine)", (s, v) => s with { Authentication = Authentication(v) }),
        new("MESH_ADMIN_TOKEN", "token that opens the whole Admin API", "printable ASCII without spaces", (s, v) => s with { Token = SettingValue.Secret(v) }, Secret: true),
        new("MESH_ADMIN_TOKEN_FILE", "file that holds that token; made with a fresh one when it is not there", "a file", (s, v) => s with { TokenFile = SettingValue.Path(v) }),
        new("MESH_ADMIN_CLIENT_CA", "authority of the certificates that clients may show", PemFile, (s, v) => s with { ClientCaFile = SettingValue.File(v) }),
        new("MESH_ADMIN_CLIENT_CRL", "what that authority has revoked; read again when it changes", "a PEM file of X509 CRLs", (s, v) => s with { ClientCrlFile = SettingValue.File(v) }),
        new("MESH_ADMIN_CLIENT_ROLES", "what they may do, by common or alternative name", "roles and names, such as admin=alice, operator=*.ci.internal", (s, v) => s with { ClientRoles = RoleRule.ReadAll(v) }),
        new("MESH_ADMIN_OIDC_ISSUER", "OpenID Connect issuer whose tokens count", "an https URL, exactly as its tokens name it", (s, v) => s with { OidcIssuer = Issuer(v) }),
        new("MESH_ADMIN_OIDC_AUDIENCE", "for whom those tokens must be", "the value of their claim aud", (s, v) => s with { OidcAudience = v }),
        new("MESH_ADMIN_OIDC_ROLES", "what they allow, by claim", "roles, claims and values, such as admin=groups:platform, viewer=roles:mesh.read", (s, v) => s with { OidcRoles = RoleRule.ReadAll(v) }),
        new("MESH_ADMIN_OIDC_CA", "authority of the issuer's server, instead of the system's", PemFile, (s, v) => s with { OidcCaFile = SettingValue.File(v) }),
        new("MESH_ADMIN_ALLOW", "who may connect to the Admin API at all", "addresses or networks, such as 10.0.0.0/8, ::1", (s, v) => s with { Allow = SettingValue.Networks(v) }),
        new("MESH_ADMIN_HOSTS", "host names that the Admin API answers to", "names such as admin.internal, separated by commas", (s, v) => s with { Hosts = SettingValue.Hosts(v) }),
        new("MESH_ADMIN_GUI_URL", "where Kong Manager is; its origins may use the Admin API", "URLs such as http://localhost:8002, separated by commas", (s, v) => s with { GuiUrls = [.. SettingValue.List(v).Select(SettingValue.HttpUrl)] }),
        new("MESH_ADMIN_GUI_API_URL", "where browsers reach the Admin API, for /kconfig.js", "a URL such as http://localhost:8001", (s, v) => s with { GuiApiUrl = SettingValue.HttpUrl(v) }),
        new("MESH_EDGE_TOKEN", "token of edges at the Admin API", "printable ASCII without spaces", (s, v) => s with { EdgeToken = SettingValue.Secret(v) }, Secret: true),
        new("MESH_ADMIN_MAX_BODY_BYTES", "longest body of a write", "a number of bytes", (s, v) => s with { MaxBodyBytes = SettingValue.Integer(v, MinBodyBytes, MaxBodyBytes) }),
        new("MESH_CONFIG_MAX_BODY_BYTES", "longest document for /config", "a number of bytes", (s, v) => s with { MaxConfigBytes = SettingValue.Integer(v, MinBodyBytes, MaxBodyBytes) }),
    ];

    private static string Issuer(string text) =>
        SettingValue.HttpUrl(text).Scheme == Uri.UriSchemeHttps ? text : throw new FormatException("its keys must come by https");

    private static AdminAuthentication Authentication(string text) => text.ToLowerInvariant() switch
    {
        "loopback" => AdminAuthentication.Loopback,
        "required" => AdminAuthentication.Required,
        _ => throw new FormatException("there is no such choice"),
    };
}
