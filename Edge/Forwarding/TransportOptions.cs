using Mesh.Edge.Forwarding.Clients;

namespace Mesh.Edge.Forwarding;

/// <summary>
/// Everything that makes two upstream connections incompatible. Services whose options are equal share one connection
/// pool, whatever their number.
/// </summary>
internal sealed record TransportOptions
{
    public static TransportOptions Plain { get; } = new();

    /// <summary>HTTP/2: by prior knowledge in clear text, by ALPN over TLS. Else HTTP/1.1.</summary>
    public bool Http2 { get; init; }

    /// <summary>Null for clear text.</summary>
    public UpstreamTls? Tls { get; init; }

    /// <summary>Set where a connection belongs to one client.</summary>
    public ClientBinding? Binding { get; init; }
}
