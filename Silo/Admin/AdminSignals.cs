using System.Diagnostics;
using Mesh.Edge.Telemetry.Signals;

namespace Mesh.Silo.Admin;

/// <summary>The span of an Admin request; nobody makes it unless an exporter listens.</summary>
internal static class AdminSignals
{
    public const string Source = "Mesh.Admin";

    private const int FirstServerError = 500;

    private static readonly ActivitySource Spans = new(Source);

    public static Activity? Begin(HttpRequest request)
    {
        if (!Spans.HasListeners())
        {
            return null;
        }

        string method = TagValues.Method(request.Method);
        Activity? span = Spans.StartActivity(method, ActivityKind.Server, TraceHeaders.Read(request.Headers));
        if (span is { IsAllDataRequested: true })
        {
            span.SetTag("http.request.method", method);
            span.SetTag("url.scheme", request.Scheme);
            span.SetTag("network.protocol.version", TagValues.Version(request.Protocol));
        }

        return span;
    }

    /// <summary>Paths stay out: a credential may be addressed by its key.</summary>
    public static void Describe(Activity? span, AdminAnswer answer)
    {
        if (span is not { IsAllDataRequested: true })
        {
            return;
        }

        span.SetTag("http.response.status_code", TagValues.Status(answer.Status));
        if (answer.Revision is { } revision)
        {
            span.SetTag("mesh.revision", revision);
        }

        if (answer.Status >= FirstServerError)
        {
            span.SetTag("error.type", TagValues.StatusText(answer.Status));
            span.SetStatus(ActivityStatusCode.Error);
        }
    }
}
