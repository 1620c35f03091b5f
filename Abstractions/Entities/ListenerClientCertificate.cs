namespace Mesh.Abstractions.Entities;

/// <summary>Whether clients of a listener are asked for a certificate in the TLS handshake, and which ones are believed.</summary>
public sealed record ListenerClientCertificate
{
    public const string None = "none";
    public const string Optional = "optional";
    public const string Required = "required";

    /// <summary>Certificates between the client's and the root.</summary>
    public const int DefaultDepth = 1;

    /// <summary>none, optional (one that is sent must be good) or required.</summary>
    public string Mode { get; init; } = Required;

    /// <summary>The roots to believe, and what stands between them and clients that do not send it.</summary>
    public required Guid[] CaCertificates { get; init; }
    public int Depth { get; init; } = DefaultDepth;

    /// <summary>Revocation lists, PEM each.</summary>
    public string[]? Crl { get; init; }

    /// <summary>Server names whose clients are asked, wildcards as of routes; null: all.</summary>
    public string[]? Snis { get; init; }
}
