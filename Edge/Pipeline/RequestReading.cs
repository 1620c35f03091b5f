using Mesh.Abstractions.Entities;
using Mesh.Edge.Guard;
using Mesh.Edge.Routing;
using Mesh.Edge.Settings;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Pipeline;

/// <summary>Reads out of a guarded request what it is routed by and what follows from its route; answers nothing.</summary>
internal sealed class RequestReading(EdgeSettings settings)
{
    private readonly ClientAddress clients = new(settings);
    private readonly OutsidePorts ports = new(settings.PortMaps);

    /// <summary>Who asks, for what, as seen from outside.</summary>
    public void Address(Exchange exchange, in GuardedTarget target, string path)
    {
        exchange.ListenPort = ports.Of(exchange.Connection.LocalPort);
        exchange.Path = path;
        exchange.RawPath = target.RawPath;
        exchange.UpstreamQuery = target.Query;
        exchange.Host = target.Host;
        exchange.Port = exchange.Http.Request.Host.Port ?? exchange.ListenPort;
        clients.Resolve(exchange);
    }

    /// <summary>What routes are matched against.</summary>
    public static RouteQuery QueryOf(Exchange exchange)
    {
        HttpRequest request = exchange.Http.Request;

        // A WebSocket over HTTP/2 is a CONNECT on the wire, but what HTTP/1.1 clients say with GET (RFC 8441, section 5).
        string method = HttpMethods.IsConnect(request.Method) ? HttpMethods.Get : request.Method;
        return new RouteQuery(method, exchange.ClientScheme == "https", exchange.Host, exchange.Port, exchange.Path, request.Headers, exchange.Connection.Sni)
        {
            Ends = new RequestEnds(exchange.ClientAddress, exchange.Connection.RemoteEndPoint, exchange.Connection.LocalEndPoint, exchange.ListenPort),
        };
    }

    /// <summary>What follows from the matched route before any plugin runs.</summary>
    public static void Bind(Exchange exchange, in RouteMatch match)
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
}
