using Mesh.Edge.Settings;

namespace Mesh.Silo.Settings;

/// <summary>The settings of the verbs that speak to an Admin API, one line each. Defaults stand in <see cref="ClientSettings"/>.</summary>
internal static class ClientSettingsList
{
    public static IReadOnlyList<Setting<ClientSettings>> All { get; } =
    [
        new("MESH_ADMIN_URL", "Admin API that commands speak to", "a URL such as https://admin.internal:8444, or unix:/path", (s, v) => s with { AdminUrl = Cli.Client.AdminUrl.Read(v) }),
        new("MESH_ADMIN_TOKEN", "token that opens the whole Admin API", "printable ASCII without spaces", (s, v) => s with { Token = SettingValue.Secret(v) }, Secret: true),
        new("MESH_ADMIN_TOKEN_FILE", "file that holds that token; made with a fresh one when it is not there", "a file", (s, v) => s with { TokenFile = SettingValue.Path(v) }),
        new("MESH_ADMIN_CERT", "certificate that commands show to the Admin API", "a PEM file", (s, v) => s with { CertificateFile = SettingValue.File(v) }),
        new("MESH_ADMIN_KEY", "private key of that certificate", "a PEM file", (s, v) => s with { KeyFile = SettingValue.File(v) }),
        new("MESH_ADMIN_CA", "authority of the Admin API's certificate, or that certificate", "a PEM file", (s, v) => s with { CaFile = SettingValue.File(v) }),
    ];
}
