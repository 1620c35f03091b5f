using System.Net;

namespace Mesh.Silo.Settings;

/// <summary>Settings of the Admin API, read once at start. The name in each comment is the environment variable.</summary>
internal sealed record AdminSettings
{
    /// <summary>MESH_ADMIN_LISTEN: listen directives in Kong's syntax, or <c>off</c>.</summary>
    public string Listen { get; init; } = "127.0.0.1:8001, 127.0.0.1:8444 http2 ssl";

    /// <summary>MESH_ADMIN_AUTH: whether this machine's own callers need a credential; null: as <see cref="TrustsLoopback"/> says.</summary>
    public AdminAuthentication? Authentication { get; init; }

    /// <summary>MESH_ADMIN_TOKEN: opens everything.</summary>
    public string? Token { get; init; }

    /// <summary>MESH_ADMIN_TOKEN_FILE: holds that token; made with a fresh one when it is not there.</summary>
    public string? TokenFile { get; init; }

    /// <summary>MESH_ADMIN_CLIENT_CA: authority of client certificates, asked for on <c>ssl</c> listeners.</summary>
    public string? ClientCaFile { get; init; }

    /// <summary>MESH_ADMIN_CLIENT_CRL: what that authority has taken back; read again when it changes.</summary>
    public string? ClientCrlFile { get; init; }

    /// <summary>MESH_ADMIN_CLIENT_ROLES: by common or alternative name.</summary>
    public IReadOnlyList<RoleRule> ClientRoles { get; init; } = [];

    /// <summary>MESH_ADMIN_OIDC_ISSUER: exactly as its tokens name it.</summary>
    public string? OidcIssuer { get; init; }

    /// <summary>MESH_ADMIN_OIDC_AUDIENCE: for whom its tokens must be.</summary>
    public string? OidcAudience { get; init; }

    /// <summary>MESH_ADMIN_OIDC_ROLES: by claim and value, as <c>admin=groups:platform</c>.</summary>
    public IReadOnlyList<RoleRule> OidcRoles { get; init; } = [];

    /// <summary>MESH_ADMIN_OIDC_CA: authority of the issuer's server; null: the system's.</summary>
    public string? OidcCaFile { get; init; }

    /// <summary>MESH_ADMIN_ALLOW: who may connect at all; empty: everybody.</summary>
    public IReadOnlyList<IPNetwork> Allow { get; init; } = [];

    /// <summary>MESH_ADMIN_HOSTS: names beside IP literals and localhost that a Host header may carry (against DNS rebinding).</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>
    /// MESH_ADMIN_GUI_URL: where Kong Manager or other pages are that may use the Admin API from a browser. Empty: pages of this
    /// host on Kong Manager's own ports, see <see cref="Admin.Guard.GuiOrigins"/>.
    /// </summary>
    public IReadOnlyList<Uri> GuiUrls { get; init; } = [];

    /// <summary>MESH_ADMIN_GUI_API_URL: where browsers reach the Admin API; null: on the host that the page came from.</summary>
    public Uri? GuiApiUrl { get; init; }

    /// <summary>MESH_EDGE_TOKEN: what edges present at <c>/gateways</c>; opens nothing else.</summary>
    public string? EdgeToken { get; init; }

    /// <summary>MESH_ADMIN_MAX_BODY_BYTES: longest body of a single write.</summary>
    public int MaxBodyBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>MESH_CONFIG_MAX_BODY_BYTES: longest declarative document.</summary>
    public int MaxConfigBytes { get; init; } = 512 * 1024 * 1024;

    /// <summary>There is a credential that others could show, so that addresses beyond loopback may be bound.</summary>
    public bool IsAuthenticated => Authentication is not null || HasCredential;

    /// <summary>Callers on loopback and unix sockets need no credential: as Kong, until a credential is set up.</summary>
    public bool TrustsLoopback => Authentication is null ? !HasCredential : Authentication == AdminAuthentication.Loopback;

    /// <summary>A credential stands in the settings themselves.</summary>
    public bool HasCredential => Token is not null || TokenFile is not null || ClientCaFile is not null || OidcIssuer is not null;
}
