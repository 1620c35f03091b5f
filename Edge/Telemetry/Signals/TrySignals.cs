using System.Diagnostics;
using Mesh.Edge.Balancing;
using Mesh.Edge.Forwarding;
using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Telemetry.Signals;

/// <summary>The client's span and measurements of one try at a target.</summary>
internal static class TrySignals
{
    private const int FirstClientError = 400;

    /// <summary>The exchange's span for upstreams becomes the try's own.</summary>
    public static void Begin(Exchange exchange, TargetAddress target)
    {
        if (exchange.Span is not { } server)
        {
            return;
        }

        string method = TagValues.Method(exchange.Http.Request.Method);
        Activity? span = GatewaySignals.Source.StartActivity(method, ActivityKind.Client, server.Context);
        if (span is { IsAllDataRequested: true })
        {
            span.SetTag("http.request.method", method);
            span.SetTag("server.address", target.Host);
            span.SetTag("server.port", target.Port);
            span.SetTag("url.full", $"{exchange.Service?.Protocol ?? "http"}://{target.Text}{exchange.UpstreamPath}");
            if (exchange.Retries > 0)
            {
                span.SetTag("http.request.resend_count", exchange.Retries);
            }
        }

        exchange.TrySpan = span;
    }

    /// <param name="failure">Why no response came; null when one did, or when the client went away.</param>
    public static void End(Exchange exchange, TargetAddress target, UpstreamFailure? failure)
    {
        int status = exchange.FromUpstream ? exchange.Http.Response.StatusCode : 0;
        string? error = failure is { } known ? TagValues.StatusText(known.Status)
            : exchange.UpstreamFailed ? "broken_off"
            : status >= FirstClientError ? TagValues.StatusText(status)
            : null;
        if (GatewaySignals.ClientDuration.Enabled)
        {
            TagList tags = new()
            {
                { "http.request.method", TagValues.Method(exchange.Http.Request.Method) },
                { "server.address", target.Host },
                { "server.port", target.BoxedPort },
            };
            if (status != 0)
            {
                tags.Add("http.response.status_code", TagValues.Status(status));
            }

            if (error is not null)
            {
                tags.Add("error.type", error);
            }

            GatewaySignals.ClientDuration.Record(exchange.Time.GetElapsedTime(exchange.UpstreamStartedAt).TotalSeconds, tags);
        }

        if (exchange.Retries > 0 && GatewaySignals.Retries.Enabled)
        {
            GatewaySignals.Retries.Add(1);
        }

        if (exchange.TrySpan is { } span)
        {
            exchange.TrySpan = null;
            if (status != 0)
            {
                span.SetTag("http.response.status_code", TagValues.Status(status));
            }

            if (error is not null)
            {
                span.SetTag("error.type", error);
                span.SetStatus(ActivityStatusCode.Error);
            }

            span.Dispose();
        }
    }
}
