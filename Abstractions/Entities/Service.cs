namespace Mesh.Abstractions.Entities;

public sealed record Service : Entity
{
    public const string ProxyProtocolV1 = "v1";
    public const string ProxyProtocolV2 = "v2";

    public string? Name { get; init; }
    public int Retries { get; init; } = 5;

    /// <summary>grpc, grpcs, http, https, tcp, tls, tls_passthrough or udp.</summary>
    public string Protocol { get; init; } = "http";
    public required string Host { get; init; }
    public int Port { get; init; } = 80;
    public string? Path { get; init; }

    /// <summary>Milliseconds.</summary>
    public int ConnectTimeout { get; init; } = 60_000;

    /// <summary>Milliseconds between two writes to the upstream.</summary>
    public int WriteTimeout { get; init; } = 60_000;

    /// <summary>Milliseconds between two reads from the upstream.</summary>
    public int ReadTimeout { get; init; } = 60_000;
    public EntityRef? ClientCertificate { get; init; }
    public bool? TlsVerify { get; init; }
    public int? TlsVerifyDepth { get; init; }
    public Guid[]? CaCertificates { get; init; }

    /// <summary>Version of the PROXY header that tells targets of the client, v1 or v2; null for none. Not in Kong.</summary>
    public string? ProxyProtocol { get; init; }

    /// <summary>Targets see connections come from the client's own address. Not in Kong.</summary>
    public bool PreserveSource { get; init; }
    public bool Enabled { get; init; } = true;
}
