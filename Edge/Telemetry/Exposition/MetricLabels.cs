using System.Globalization;

namespace Mesh.Edge.Telemetry.Exposition;

/// <summary>Tags of a measurement as the labels of a series.</summary>
internal static class MetricLabels
{
    /// <summary>What OpenTelemetry sets on the one series of all that had no room.</summary>
    public const string Overflow = "otel_metric_overflow=\"true\"";

    /// <summary>Characters of a value.</summary>
    private const int MaxValueLength = 256;

    public static string Of(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, object? value) in tags)
        {
            string label = PrometheusNames.Label(name);
            string text = Text(value);

            // Names that differ only in what Prometheus does not take share a label.
            labels[label] = labels.TryGetValue(label, out string? before) ? Bounded($"{before};{text}") : text;
        }

        return ExpositionWriter.Labels(labels);
    }

    private static string Text(object? value) => Bounded(value switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    });

    private static string Bounded(string text) => text.Length <= MaxValueLength ? text : text[..MaxValueLength];
}
