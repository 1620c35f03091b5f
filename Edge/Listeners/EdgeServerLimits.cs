namespace Mesh.Edge.Listeners;

/// <summary>Bounds of connections and requests. Times and sizes are what a client may take before it is refused.</summary>
internal sealed record EdgeServerLimits
{
    /// <summary>From accept to the end of the TLS handshake, or to the bytes that tell HTTP/1.1 from HTTP/2.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Connections in that phase at one time; more are closed at once.</summary>
    public int MaxHalfOpenConnections { get; init; } = 8192;

    /// <summary>From the first byte of a request to the end of its headers.</summary>
    public TimeSpan RequestHeadersTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes a second at which a request's body must come and an answer be taken, once <see cref="SlowGrace"/> has passed.</summary>
    public double MinBytesPerSecond { get; init; } = 240;

    /// <summary>More than the second in which the server looks.</summary>
    public TimeSpan SlowGrace { get; init; } = TimeSpan.FromSeconds(5);
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(130);
    public int MaxRequestLineBytes { get; init; } = 8 * 1024;
    public int MaxRequestHeadersTotalBytes { get; init; } = 32 * 1024;
    public int MaxRequestHeaderCount { get; init; } = 100;
    public int MaxStreamsPerConnection { get; init; } = 128;

    /// <summary>A connection that was accepted before its listener left may still bring one request within this time.</summary>
    public TimeSpan FreshConnectionGrace { get; init; } = TimeSpan.FromSeconds(1);
}
