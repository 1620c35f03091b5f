namespace Mesh.Abstractions.Entities;

/// <summary>Addresses that edges listen on, beside those of their settings.</summary>
public sealed record Listener : Entity
{
    public const string Http = "http";
    public const string Stream = "stream";

    public required string Name { get; init; }

    /// <summary>http or stream.</summary>
    public string Kind { get; init; } = Http;

    /// <summary>Listen directives in Kong's syntax, one address each.</summary>
    public required string[] Listen { get; init; }
    public bool Enabled { get; init; } = true;

    /// <summary>The edges that have it; null: all.</summary>
    public ListenerSelector? Selector { get; init; }
    public ListenerLimits Limits { get; init; } = new();

    /// <summary>Addresses and networks that may connect; null: everybody.</summary>
    public string[]? Allow { get; init; }
    public ListenerProxyProtocol? ProxyProtocol { get; init; }

    /// <summary>Null: nobody is asked.</summary>
    public ListenerClientCertificate? ClientCertificate { get; init; }
}

/// <summary>Every part that is given must hold; within a part one entry is enough, except for labels, which must all be there.</summary>
/// <param name="Labels">Name and value of labels of the edge.</param>
public sealed record ListenerSelector(string[]? Regions, string[]? Zones, Dictionary<string, string>? Labels);

/// <summary>Bounds of the connections of one listener on one edge.</summary>
public sealed record ListenerLimits
{
    /// <summary>Longest that a handshake or a request's headers may take; the server beneath has no longer ones. Milliseconds.</summary>
    public const int MaxTimeout = 10_000;

    public const int MaxDrainSeconds = 3600;

    /// <summary>Open at one time; null: no limit.</summary>
    public int? Connections { get; init; }

    /// <summary>Open at one time from one IPv4 address or one IPv6 network of 64 bits; null: no limit.</summary>
    public int? ConnectionsPerAddress { get; init; }

    /// <summary>Milliseconds for the PROXY header and, after it, the TLS handshake.</summary>
    public int HandshakeTimeout { get; init; } = MaxTimeout;

    /// <summary>Milliseconds from the first byte of a request to the end of its headers.</summary>
    public int HeaderTimeout { get; init; } = MaxTimeout;

    /// <summary>What is in flight when the listener leaves has so long to finish.</summary>
    public int DrainSeconds { get; init; } = 30;
}

/// <param name="Trusted">Addresses and networks that may send a PROXY header; null: those that the edge trusts by its settings.</param>
public sealed record ListenerProxyProtocol(string[]? Trusted);
