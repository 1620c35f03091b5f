using System.Collections.Concurrent;
using System.Text;
using Mesh.Edge.Forwarding.Clients;
using Mesh.Edge.Forwarding.Http1;

namespace Mesh.Edge.Forwarding;

/// <summary>
/// One <see cref="Transport"/> per distinct <see cref="TransportOptions"/>. A transport lives
/// as long as a service plan or a request in flight holds it, so a replaced client certificate takes its pool with it.
/// </summary>
/// <param name="own">Plain requests go over connections of our own; off, everything goes through the library's client.</param>
/// <param name="dials">Off where a configuration is only looked at, so that nothing is asked of this process.</param>
internal sealed class Transports(TimeProvider time, bool own = true, bool dials = true)
{
    /// <summary>Kong's upstream_keepalive_idle_timeout.</summary>
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(60);

    /// <summary>
    /// HTTP/2 over TLS must be dialled as https, where the pool is chosen by the Host header too. Under preserve_host
    /// clients choose that name: pools that nobody comes back to must go soon.
    /// </summary>
    private static readonly TimeSpan SecureHttp2IdleTimeout = TimeSpan.FromSeconds(10);

    /// <summary>So that a changed DNS answer is followed.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan KeepAlivePingDelay = TimeSpan.FromSeconds(30);
    private const int Http2StreamWindowBytes = 1024 * 1024;

    private readonly ConcurrentDictionary<TransportOptions, WeakReference<Transport>> pools = new();
    private readonly NameCache names = new(time);
    private readonly ConnectionWatch watch = new(time);

    /// <summary>Distinct transports alive, for tests.</summary>
    internal int Count => pools.Count(entry => entry.Value.TryGetTarget(out _));

    /// <summary>Exchanges on own connections whose clock runs, for tests.</summary>
    internal int Timed => pools.Sum(entry => entry.Value.TryGetTarget(out Transport? transport) ? transport.Http1?.Timed ?? 0 : 0);

    /// <exception cref="System.Security.Cryptography.CryptographicException">A certificate or key in the options cannot be read.</exception>
    /// <exception cref="ArgumentException">This process may not do what the options ask for.</exception>
    public Transport Get(TransportOptions options)
    {
        if (dials && options.Binding is { PreserveSource: true } && TransparentSource.Problem() is { } problem)
        {
            throw new ArgumentException(problem);
        }

        if (pools.TryGetValue(options, out WeakReference<Transport>? known) && known.TryGetTarget(out Transport? alive))
        {
            return alive;
        }

        foreach (KeyValuePair<TransportOptions, WeakReference<Transport>> entry in pools)
        {
            if (!entry.Value.TryGetTarget(out _))
            {
                pools.TryRemove(entry);
            }
        }

        Transport created = Create(options);
        pools[options] = new WeakReference<Transport>(created);
        return created;
    }

    private Transport Create(TransportOptions options)
    {
        var connector = new UpstreamConnector(names, time, options.Tls, options.Tls?.CreateOptions(options.Http2), options.Binding);
        return new Transport(Handler(options, connector), options.Http2 || !own ? null : new UpstreamConnections(connector, watch, time))
        {
            ForOneTry = options.Binding is null ? null : () => new Transport(Handler(options, connector), null),
        };
    }

    private static SocketsHttpHandler Handler(TransportOptions options, UpstreamConnector connector) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = System.Net.DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        EnableMultipleHttp2Connections = true,
        InitialHttp2StreamWindowSize = Http2StreamWindowBytes,
        KeepAlivePingDelay = options.Http2 ? KeepAlivePingDelay : Timeout.InfiniteTimeSpan,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        PooledConnectionIdleTimeout = options is { Http2: true, Tls: not null } ? SecureHttp2IdleTimeout : IdleTimeout,
        PooledConnectionLifetime = Lifetime,
        RequestHeaderEncodingSelector = options.Http2 ? static (_, _) => Encoding.Latin1 : OnHeader,
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        ConnectCallback = connector.ConnectAsync,
    };

    /// <summary>
    /// Header bytes pass through unchanged. Being asked for each header of each sending, this is also the one place where
    /// the handler's own repetitions can be seen (HTTP/2 repeats only what the upstream said it did not process).
    /// </summary>
    private static Encoding OnHeader(string name, HttpRequestMessage message)
    {
        if (name == RequestHeaders.RequestId && message.RequestUri is UpstreamUri { Attempt: { } attempt })
        {
            attempt.Sending();
        }

        return Encoding.Latin1;
    }
}
