namespace Mesh.Silo.Settings;

/// <summary>Settings of the verbs that speak to an Admin API. The name in each comment is the environment variable.</summary>
internal sealed record ClientSettings
{
    /// <summary>MESH_ADMIN_URL: base URL of the Admin API.</summary>
    public Uri AdminUrl { get; init; } = new("http://127.0.0.1:8001");

    /// <summary>MESH_ADMIN_TOKEN: sent as bearer token; null sends none.</summary>
    public string? Token { get; init; }

    /// <summary>MESH_ADMIN_TOKEN_FILE: holds that token, unless it is given itself.</summary>
    public string? TokenFile { get; init; }

    /// <summary>MESH_ADMIN_CERT, MESH_ADMIN_KEY: PEM files of the certificate that is shown to the Admin API; both or none.</summary>
    public string? CertificateFile { get; init; }
    public string? KeyFile { get; init; }

    /// <summary>MESH_ADMIN_CA: PEM file of the authorities, or of the very certificate, that the Admin API is known by; null: the system's.</summary>
    public string? CaFile { get; init; }
}
