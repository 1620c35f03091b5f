namespace Mesh.Edge.Streams;

/// <summary>Bounds of streams. Those of a service (connect, read and write timeout) stand in the service.</summary>
internal sealed record StreamLimits
{
    /// <summary>From accept to the end of the hello, and again to the end of the TLS handshake.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Connections in that phase at one time; more are closed at once.</summary>
    public int MaxHalfOpenConnections { get; init; } = 8192;

    /// <summary>How long a stream may last, however busy; null for ever.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>How exactly timeouts are kept.</summary>
    public TimeSpan ClockPeriod { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Clients whose datagrams are relayed at one time, per listener; datagrams of others are dropped. Each has a socket.</summary>
    public int MaxUdpSessions { get; init; } = 8192;

    /// <summary>Datagrams of a new client that wait until its target is known.</summary>
    public int MaxWaitingDatagrams { get; init; } = 16;
}
