using System.Diagnostics;

namespace Mesh.Grains.Log;

/// <summary>Spans of the store; nobody makes them unless an exporter listens.</summary>
public static class LogSignals
{
    public const string Source = "Mesh.Log";

    private static readonly ActivitySource Spans = new(Source);

    /// <param name="head">Key of the log.</param>
    internal static Activity? Append(string? head, long revision)
    {
        Activity? span = Spans.StartActivity("append", ActivityKind.Client);
        if (span is { IsAllDataRequested: true })
        {
            span.SetTag("db.system.name", "redis");
            span.SetTag("db.operation.name", "EVAL");
            span.SetTag("db.collection.name", head);
            span.SetTag("mesh.revision", revision);
        }

        return span;
    }
}
