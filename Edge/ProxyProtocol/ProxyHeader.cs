using System.Net;

namespace Mesh.Edge.ProxyProtocol;

/// <summary>What a PROXY header says of a connection (PROXY protocol, versions 1 and 2).</summary>
/// <param name="Source">The client; null when the sender speaks for itself (LOCAL, a health check) or does not know.</param>
/// <param name="Destination">Where the client connected to; null together with <paramref name="Source"/>.</param>
internal sealed record ProxyHeader(IPEndPoint? Source, IPEndPoint? Destination)
{
    /// <summary>The connection concerns the sender itself, or it cannot say whom.</summary>
    public static ProxyHeader Nobody { get; } = new(null, null);

    /// <summary>Name that the client asked for (TLV AUTHORITY), such as its SNI.</summary>
    public string? Authority { get; init; }

    /// <summary>Protocol that the sender negotiated (TLV ALPN).</summary>
    public string? Alpn { get; init; }

    /// <summary>The sender's id of the connection (TLV UNIQUE_ID).</summary>
    public byte[]? UniqueId { get; init; }
}
