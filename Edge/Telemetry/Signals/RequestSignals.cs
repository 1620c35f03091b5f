using System.Diagnostics;
using Mesh.Edge.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Telemetry.Signals;

/// <summary>The server's span and measurements of one request.</summary>
internal static class RequestSignals
{
    private const int FirstServerError = 500;

    public static void Begin(Exchange exchange)
    {
        if (!GatewaySignals.Source.HasListeners())
        {
            return;
        }

        HttpRequest request = exchange.Http.Request;
        string name = TagValues.Method(request.Method);
        ActivityContext parent = TraceHeaders.Read(request.Headers);
        if (!RootChoice.IsOurs || (parent.TraceFlags & ActivityTraceFlags.Recorded) != 0)
        {
            exchange.Span = GatewaySignals.Source.StartActivity(name, ActivityKind.Server, parent);
        }
        else if (parent == default)
        {
            exchange.Span = RootChoice.Begin(name);
            exchange.BeginsUnsampledTrace = exchange.Span is null;
        }

        // Else the client's trace is not sampled: its own context goes on to the upstream as it is.
    }

    public static void End(Exchange exchange)
    {
        if (GatewaySignals.ServerDuration.Enabled)
        {
            Measure(exchange);
        }

        if (exchange.Span is { } span)
        {
            if (span.IsAllDataRequested)
            {
                Describe(exchange, span);
            }

            span.Dispose();
        }
    }

    private static void Measure(Exchange exchange)
    {
        HttpRequest request = exchange.Http.Request;
        int status = exchange.Http.Response.StatusCode;
        TagList tags = new()
        {
            { "http.request.method", TagValues.Method(request.Method) },
            { "url.scheme", exchange.ClientScheme },
            { "http.response.status_code", TagValues.Status(status) },
            { "network.protocol.version", TagValues.Version(request.Protocol) },
        };
        if (exchange.Route is { } route)
        {
            tags.Add("http.route", RouteLabels.Of(route));
        }

        if (status >= FirstServerError)
        {
            tags.Add("error.type", TagValues.StatusText(status));
        }

        GatewaySignals.ServerDuration.Record(exchange.Time.GetElapsedTime(exchange.StartedAt).TotalSeconds, tags);
        if (exchange.UpstreamStartedAt != 0 && exchange.Retries == 0)
        {
            GatewaySignals.Overhead.Record(exchange.Time.GetElapsedTime(exchange.StartedAt, exchange.UpstreamStartedAt).TotalSeconds);
        }
    }

    /// <summary>The query stays out: it is where keys and tokens stand.</summary>
    private static void Describe(Exchange exchange, Activity span)
    {
        HttpRequest request = exchange.Http.Request;
        int status = exchange.Http.Response.StatusCode;
        span.SetTag("http.request.method", TagValues.Method(request.Method));
        span.SetTag("url.scheme", exchange.ClientScheme);
        span.SetTag("url.path", exchange.Path);
        span.SetTag("server.address", exchange.Host);
        span.SetTag("server.port", exchange.Port);
        span.SetTag("client.address", exchange.ClientAddress.ToString());
        span.SetTag("network.protocol.version", TagValues.Version(request.Protocol));
        span.SetTag("http.response.status_code", TagValues.Status(status));
        span.SetTag("mesh.request_id", exchange.RequestId);
        if (request.Headers.UserAgent is [{ } agent, ..])
        {
            span.SetTag("user_agent.original", agent);
        }

        if (exchange.Route is { } route)
        {
            string label = RouteLabels.Of(route);
            span.DisplayName = $"{TagValues.Method(request.Method)} {label}";
            span.SetTag("http.route", label);
            span.SetTag("mesh.route", route.Name ?? route.Id.ToString());
        }

        if (exchange.Service is { } service)
        {
            span.SetTag("mesh.service", service.Name ?? service.Id.ToString());
        }

        if (status >= FirstServerError)
        {
            span.SetTag("error.type", TagValues.StatusText(status));
            span.SetStatus(ActivityStatusCode.Error);
        }
    }
}
