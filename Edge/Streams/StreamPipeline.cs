using Mesh.Abstractions.Entities;
using Mesh.Edge.Balancing;
using Mesh.Edge.Configuration;
using Mesh.Edge.Listeners;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins;
using Mesh.Edge.Routing;
using Mesh.Edge.Settings;
using Mesh.Edge.Streams.Routing;
using Mesh.Edge.Telemetry;
using Mesh.Edge.Telemetry.Signals;
using Mesh.Edge.Tls;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Streams;

/// <summary>What all streams of an edge share, and what each goes through: route, plugins, target, count, log.</summary>
internal sealed partial class StreamPipeline(
    CurrentSnapshot current, EdgeSettings settings, TrafficRecorder traffic, TlsSelector certificates, StreamLimits limits, TimeProvider time, ILogger log) : IDisposable
{
    private readonly OutsidePorts ports = new(settings.PortMaps);

    public StreamLimits Limits => limits;
    public TimeProvider Time => time;
    public TlsSelector Certificates => certificates;
    public StreamClock Clock { get; } = new(time, limits.ClockPeriod);
    public StreamDialer Dialer { get; } = new(time);
    public HalfOpenGate Gate { get; } = new(limits.MaxHalfOpenConnections);

    /// <summary>A stream as it begins: it keeps the revision of this moment to its end.</summary>
    public StreamExchange Begin(ConnectionFacts connection, IStreamForward forward) => new()
    {
        Snapshot = current.Value,
        Connection = connection,
        Forward = forward,
        Time = time,
        Workspace = settings.Workspace,
        StartedAt = time.GetTimestamp(),
        ServerPort = ports.Of(connection.LocalPort),
    };

    /// <summary>Finds the route and runs what stands on it, up to the end of the stream.</summary>
    /// <param name="protocols">Protocols of routes that can take the stream.</param>
    public ValueTask RunAsync(StreamExchange exchange, RequestProtocols protocols, string? sni)
    {
        ConnectionFacts connection = exchange.Connection;
        connection.Sni = sni;
        var query = new StreamQuery(
            protocols,
            AddressBits.Of(connection.RemoteAddress),
            (connection.RemoteEndPoint as System.Net.IPEndPoint)?.Port ?? 0,
            AddressBits.Of(connection.LocalAddress),
            exchange.ServerPort,
            sni);
        EdgeSnapshot snapshot = exchange.Snapshot;
        if (snapshot.StreamRoutes.Match(query) is not { } route)
        {
            exchange.Protocol = (protocols & RequestProtocols.Tls) != 0 ? RequestProtocols.Tls : protocols;
            exchange.Refuse(StreamStatus.InternalError, "no Route found with those values");
            return ValueTask.CompletedTask;
        }

        Bind(exchange, route, protocols);
        return exchange.Chain!.First(exchange);
    }

    /// <summary>The targets of the stream's service: its upstream, or null when the service names a plain host.</summary>
    public static UpstreamBalancer? UpstreamOf(StreamExchange exchange)
    {
        UpstreamBalancer? upstream = exchange.Snapshot.Upstreams.Find(exchange.Plan!.Service.Host);
        exchange.Upstream = upstream?.Upstream.Id;
        return upstream;
    }

    /// <summary>The target for the next try; null, and the stream refused, when there is none.</summary>
    public static TargetAddress? NextTarget(StreamExchange exchange, UpstreamBalancer? upstream)
    {
        TargetAddress? target = upstream is null ? exchange.Plan!.Host
            : exchange.FailedTargets is { } tried ? upstream.PickAgain(tried)
            : upstream.Pick();
        if (target is null)
        {
            exchange.UpstreamFailed = true;
            exchange.Refuse(StreamStatus.Unavailable, "failure to get a peer from the ring-balancer");
        }

        return target;
    }

    /// <summary>The target failed. False, and the stream refused, when no other may be tried.</summary>
    public static bool MayTryAgain(StreamExchange exchange, TargetAddress failed, string reason)
    {
        if (exchange.Retries >= exchange.Plan!.Service.Retries)
        {
            exchange.UpstreamFailed = true;
            exchange.Refuse(StreamStatus.BadGateway, reason);
            return false;
        }

        (exchange.FailedTargets ??= []).Add(failed);
        return true;
    }

    /// <summary>Counts and logs a stream that is over.</summary>
    public void End(StreamExchange exchange)
    {
        exchange.EndedAt = time.GetTimestamp();
        try
        {
            traffic.Record(exchange);
            StreamSignals.End(exchange);
            StreamChain chain = exchange.Chain ?? exchange.Snapshot.Plugins.StreamChainFor(null, null, exchange.Protocol);
            chain.Log(exchange);
        }
        catch (Exception failure)
        {
            LogFailure(log, failure);
        }

        if (log.IsEnabled(LogLevel.Debug))
        {
            LogEnded(log, exchange.Connection.Listener, exchange.Connection.RemoteEndPoint, exchange.Route?.Id, exchange.Target?.Text, exchange.Status, exchange.Reason);
        }
    }

    /// <summary>A fault of ours: it costs its stream, nothing else.</summary>
    public void Fail(StreamExchange exchange, Exception failure)
    {
        exchange.Refuse(StreamStatus.InternalError, "an unexpected error occurred");
        LogFailure(log, failure);
    }

    public void Dispose() => Clock.Dispose();

    private static void Bind(StreamExchange exchange, Route route, RequestProtocols protocols)
    {
        RequestProtocols own = RequestProtocol.Parse(route.Protocols) & protocols;
        exchange.Route = route;
        exchange.Protocol = (own & RequestProtocols.TlsPassthrough) != 0 ? RequestProtocols.TlsPassthrough
            : (protocols & RequestProtocols.Tls) != 0 ? RequestProtocols.Tls
            : protocols;
        if (route.Service is { } reference)
        {
            exchange.Plan = exchange.Snapshot.Services.Find(reference.Id);
            exchange.Service = exchange.Plan?.Service ?? exchange.Snapshot.Entities.Services.GetValueOrDefault(reference.Id);
        }

        exchange.Chain = exchange.Snapshot.Plugins.StreamChainFor(route.Id, exchange.Service?.Id, exchange.Protocol);
    }

    [LoggerMessage(1, LogLevel.Error, "A stream failed")]
    private static partial void LogFailure(ILogger logger, Exception failure);

    [LoggerMessage(2, LogLevel.Debug, "Stream of {Listener} from {Client} by route {Route} to {Target} ended with {Status}: {Reason}")]
    private static partial void LogEnded(ILogger logger, string listener, System.Net.EndPoint? client, Guid? route, string? target, int status, string? reason);
}
