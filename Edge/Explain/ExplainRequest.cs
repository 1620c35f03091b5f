using System.Net;
using Mesh.Abstractions.Entities;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Explain;

/// <summary>A request that somebody asks about; nothing of it is ever sent.</summary>
internal sealed record ExplainRequest
{
    public required string Method { get; init; }
    public bool Secure { get; init; }

    /// <summary>As it stands in the Host header, with or without a port.</summary>
    public required string Host { get; init; }

    /// <summary>The port that the client connects to.</summary>
    public required int Port { get; init; }

    /// <summary>Request target as on the wire: the path and, behind <c>?</c>, the query.</summary>
    public required string Target { get; init; }

    /// <summary>Without Host.</summary>
    public IHeaderDictionary Headers { get; init; } = new HeaderDictionary();

    /// <summary>The other end of the connection.</summary>
    public required IPAddress ClientAddress { get; init; }

    /// <summary>0 for one that no route asks for.</summary>
    public int ClientPort { get; init; }

    /// <summary>Where the client wanted to go: an address of the machine, or the original destination of a transparent connection.</summary>
    public IPAddress DestinationAddress { get; init; } = IPAddress.Loopback;

    /// <summary>Server name of the TLS handshake; null when there was none.</summary>
    public string? Sni { get; init; }

    public bool Http2 { get; init; }

    /// <summary>Who the authentication plugins are assumed to find; null for nobody.</summary>
    public Consumer? Consumer { get; init; }
}
