using System.Net;
using Mesh.Edge.Guard;

namespace Mesh.Edge.Listeners;

/// <summary>What the listener knows of a connection; a connection feature that requests read.</summary>
internal sealed class ConnectionFacts
{
    public required string Listener { get; init; }

    /// <summary>The peer, or the client named by a PROXY header from a trusted peer.</summary>
    public required EndPoint? RemoteEndPoint { get; init; }

    /// <summary>Where the client connected to: ours, or the original destination of a transparent or proxied connection.</summary>
    public required EndPoint? LocalEndPoint { get; init; }

    public bool Secure { get; init; }

    /// <summary>Server name of the handshake without trailing dot; set before the first request.</summary>
    public string? Sni { get; set; }

    /// <summary>What the bytes of the current HTTP/1.1 message said before the server parsed them; null on HTTP/2.</summary>
    public Http1Inspector? Inspector { get; set; }

    public IPAddress RemoteAddress => (RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;

    public int LocalPort => (LocalEndPoint as IPEndPoint)?.Port ?? 0;
}
