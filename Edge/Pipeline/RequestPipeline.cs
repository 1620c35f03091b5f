using Mesh.Edge.Configuration;
using Mesh.Edge.Forwarding;
using Mesh.Edge.Guard;
using Mesh.Edge.Listeners;
using Mesh.Edge.Routing;
using Mesh.Edge.Settings;
using Mesh.Edge.Telemetry;
using Mesh.Edge.Telemetry.Signals;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Pipeline;

/// <summary>The way of every request: guard, route, plugins (the last of them forwards), count, log.</summary>
internal sealed partial class RequestPipeline(
    CurrentSnapshot current, EdgeSettings settings, TrafficRecorder traffic, TimeProvider time, ILogger<RequestPipeline> log)
{
    private readonly RequestReading reading = new(settings);
    private Func<object, Task>? ended;

    /// <summary>Never throws: whatever goes wrong concerns this request alone.</summary>
    public async Task Run(RequestContext context)
    {
        HttpContext http = context.Http;
        Exchange exchange = context.Exchange;
        Begin(exchange, context.Connection ??= ConnectionOf(http));
        RequestSignals.Begin(exchange);
        try
        {
            await Serve(exchange);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; there is nobody to tell.
        }
        catch (BadHttpRequestException failure) when (!http.Response.HasStarted)
        {
            // A plugin read the client's body, and that cannot be read.
            await Fail(exchange, UpstreamFailure.OfClient(failure));
        }
        catch (Exception failure)
        {
            LogFailure(log, failure, exchange.RequestId);
            await Fail(exchange, UpstreamFailure.Unexpected);
        }

        Count(exchange);
        RequestSignals.End(exchange);
        if (exchange.Log is not null)
        {
            // Called when the last byte has been handed over: the client does not wait for its log.
            http.Response.OnCompleted(ended ??= Ended, exchange);
        }
    }

    private static ConnectionFacts ConnectionOf(HttpContext http) => http.Features.Get<ConnectionFacts>() ?? DirectConnection.Of(http);

    private void Begin(Exchange exchange, ConnectionFacts connection)
    {
        EdgeSnapshot snapshot = current.Value;
        exchange.Snapshot = snapshot;
        exchange.Log = snapshot.Plugins.GlobalLog;
        exchange.Connection = connection;
        exchange.RequestId = RequestId.Next();
        exchange.Path = "/";
        exchange.Host = "";
        exchange.Port = connection.LocalPort;
        exchange.ClientAddress = connection.RemoteAddress;
        exchange.ClientScheme = connection.Secure ? "https" : "http";
        exchange.Settings = settings;
        exchange.Time = time;
        exchange.StartedAt = time.GetTimestamp();
    }

    private ValueTask Serve(Exchange exchange)
    {
        if (RequestGuard.Check(exchange.Http, exchange.Connection, out GuardedTarget target) is { Refused: true } verdict)
        {
            return Answer.Error(exchange, verdict.Status, verdict.Message);
        }

        if (exchange.Connection.Inspector is { } inspector)
        {
            HopByHop.RemoveNominated(exchange.Http.Request.Headers, inspector.ConnectionLines);
        }

        if (!PathNormalizer.TryNormalize(target.RawPath, out string path))
        {
            return Answer.Error(exchange, Refusals.BadPath.Status, Refusals.BadPath.Message);
        }

        reading.Address(exchange, target, path);
        if (exchange.Connection.ClientTrust is { } trust && trust.Misdirects(exchange.Host, exchange.Connection.Sni))
        {
            return Answer.Error(exchange, Refusals.Misdirected.Status, Refusals.Misdirected.Message);
        }

        if (!exchange.Snapshot.Routes.TryMatch(RequestReading.QueryOf(exchange), out RouteMatch match))
        {
            GuardVerdict noMatch = Refusals.OfNoMatch(exchange.Snapshot);
            return Answer.Error(exchange, noMatch.Status, noMatch.Message);
        }

        RequestReading.Bind(exchange, match);
        return ProtocolRules.Allow(exchange, out ValueTask refusal)
            ? exchange.Snapshot.Plugins.ChainFor(match.Route.Id, exchange.Service?.Id)(exchange)
            : refusal;
    }

    private async ValueTask Fail(Exchange exchange, UpstreamFailure told)
    {
        HttpContext http = exchange.Http;
        try
        {
            if (!http.Response.HasStarted)
            {
                Answer.TakeBack(http.Response);
                await Answer.Error(exchange, told.Status, told.Message);
                return;
            }
        }
        catch (Exception failure)
        {
            LogFailure(log, failure, exchange.RequestId);
        }

        // A truncated response must not look whole. Over HTTP/2 this ends the stream only.
        http.Abort();
    }

    private void Count(Exchange exchange)
    {
        try
        {
            traffic.Record(exchange);
        }
        catch (Exception failure)
        {
            LogFailure(log, failure, exchange.RequestId);
        }
    }

    private Task Ended(object state)
    {
        var exchange = (Exchange)state;
        try
        {
            exchange.EndedAt = time.GetTimestamp();
            exchange.Log!.Run(exchange);
        }
        catch (Exception failure)
        {
            LogFailure(log, failure, exchange.RequestId);
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(1, LogLevel.Error, "Request {RequestId} failed")]
    private static partial void LogFailure(ILogger logger, Exception failure, string requestId);
}
