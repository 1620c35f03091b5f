using Mesh.Abstractions.Entities;
using Mesh.Edge.Configuration;
using Mesh.Edge.Forwarding;
using Mesh.Edge.Guard;
using Mesh.Edge.Listeners;
using Mesh.Edge.Routing;
using Mesh.Edge.Settings;
using Mesh.Edge.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Pipeline;

/// <summary>The way of every request: guard, route, plugins (the last of them forwards), count.</summary>
internal sealed partial class RequestPipeline(
    CurrentSnapshot current, EdgeSettings settings, TrafficRecorder traffic, TimeProvider time, ILogger<RequestPipeline> log)
{
    private readonly ClientAddress clients = new(settings);
    private readonly OutsidePorts ports = new(settings.PortMaps);

    /// <summary>Never throws: whatever goes wrong concerns this request alone.</summary>
    public async Task Run(HttpContext http)
    {
        Exchange exchange = Begin(http);
        try
        {
            await Serve(exchange);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; there is nobody to tell.
        }
        catch (Exception failure)
        {
            LogFailure(log, failure, exchange.RequestId);
            await Fail(exchange);
        }

        Count(exchange);
    }

    private Exchange Begin(HttpContext http)
    {
        ConnectionFacts connection = http.Features.Get<ConnectionFacts>() ?? DirectConnection.Of(http);
        return new Exchange
        {
            Http = http,
            Snapshot = current.Value,
            Connection = connection,
            RequestId = RequestId.Next(),
            Path = "/",
            Host = "",
            Port = connection.LocalPort,
            ClientAddress = connection.RemoteAddress,
            ClientScheme = connection.Secure ? "https" : "http",
            Settings = settings,
            Time = time,
            StartedAt = time.GetTimestamp(),
        };
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
            return Answer.Error(exchange, StatusCodes.Status400BadRequest, "Bad request");
        }

        Address(exchange, target, path);
        if (!exchange.Snapshot.Routes.TryMatch(QueryOf(exchange), out RouteMatch match))
        {
            return exchange.Snapshot.IsConfigured
                ? Answer.Error(exchange, StatusCodes.Status404NotFound, "no Route matched with those values")
                : Answer.Error(exchange, StatusCodes.Status503ServiceUnavailable, "no configuration available");
        }

        Bind(exchange, match);
        return ProtocolRules.Allow(exchange, out ValueTask refusal)
            ? exchange.Snapshot.Plugins.ChainFor(match.Route.Id, exchange.Service?.Id)(exchange)
            : refusal;
    }

    /// <summary>Who asks, for what, as seen from outside.</summary>
    private void Address(Exchange exchange, in GuardedTarget target, string path)
    {
        exchange.ListenPort = ports.Of(exchange.Connection.LocalPort);
        exchange.Path = path;
        exchange.RawPath = target.RawPath;
        exchange.UpstreamQuery = target.Query;
        exchange.Host = target.Host;
        exchange.Port = exchange.Http.Request.Host.Port ?? exchange.ListenPort;
        clients.Resolve(exchange);
    }

    private static RouteQuery QueryOf(Exchange exchange)
    {
        HttpRequest request = exchange.Http.Request;

        // A WebSocket over HTTP/2 is a CONNECT on the wire, but what HTTP/1.1 clients say with GET (RFC 8441, section 5).
        string method = HttpMethods.IsConnect(request.Method) ? HttpMethods.Get : request.Method;
        return new RouteQuery(method, exchange.ClientScheme == "https", exchange.Host, exchange.Port, exchange.Path, request.Headers, exchange.Connection.Sni);
    }

    private static void Bind(Exchange exchange, in RouteMatch match)
    {
        Route route = match.Route;
        exchange.Match = match;
        exchange.Route = route;
        if (route.Service is { } reference)
        {
            exchange.Plan = exchange.Snapshot.Services.Find(reference.Id);
            exchange.Service = exchange.Plan?.Service ?? exchange.Snapshot.Entities.Services.GetValueOrDefault(reference.Id);
        }

        exchange.UpstreamPath = UpstreamPath.Join(route, exchange.Service?.Path, exchange.Path, match);
        if (route.StripPath && match.PrefixLength > 0 && exchange.Path.AsSpan(0, match.PrefixLength) is not "/")
        {
            exchange.StrippedPrefix = PathEncoder.Encode(exchange.Path[..match.PrefixLength]);
        }
    }

    private async ValueTask Fail(Exchange exchange)
    {
        HttpContext http = exchange.Http;
        try
        {
            if (!http.Response.HasStarted)
            {
                Answer.TakeBack(http.Response);
                await Answer.Error(exchange, StatusCodes.Status500InternalServerError, "An unexpected error occurred");
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

    [LoggerMessage(1, LogLevel.Error, "Request {RequestId} failed")]
    private static partial void LogFailure(ILogger logger, Exception failure, string requestId);
}
