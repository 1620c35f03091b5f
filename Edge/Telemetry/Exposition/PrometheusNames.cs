using System.Text;

namespace Mesh.Edge.Telemetry.Exposition;

/// <summary>What OpenTelemetry's names are called in Prometheus, by OpenTelemetry's rules for it: <c>a.b</c> in <c>s</c> is <c>a_b_seconds</c>.</summary>
internal static class PrometheusNames
{
    private const string Total = "_total";

    /// <param name="isTotal">A counter that only rises.</param>
    public static string Metric(string name, string? unit, bool isTotal)
    {
        string metric = Clean(name, letterFirst: true);
        if (isTotal && metric.EndsWith(Total, StringComparison.Ordinal))
        {
            metric = metric[..^Total.Length];
        }

        string suffix = Unit(unit, isTotal);
        if (suffix.Length > 0 && !metric.EndsWith($"_{suffix}", StringComparison.Ordinal))
        {
            metric = $"{metric}_{suffix}";
        }

        return isTotal ? metric + Total : metric;
    }

    public static string Label(string name)
    {
        string label = Clean(name, letterFirst: true);

        // Names with two of them in front are Prometheus' own, and histograms need this one.
        return label == "le" || label.StartsWith("__", StringComparison.Ordinal) ? "key_" + label.TrimStart('_') : label;
    }

    /// <returns>Empty for none, and for what is counted in braces.</returns>
    public static string Unit(string? unit, bool isTotal) => unit switch
    {
        null or "" => "",
        "1" => isTotal ? "" : "ratio",
        "%" => "percent",
        _ when unit.Contains('{', StringComparison.Ordinal) => "",
        _ when unit.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash => $"{Word(unit[..slash])}_per_{Word(unit[(slash + 1)..]).TrimEnd('s')}",
        _ => Word(unit),
    };

    private static string Word(string unit) => unit switch
    {
        "d" => "days",
        "h" => "hours",
        "min" => "minutes",
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "ns" => "nanoseconds",
        "By" => "bytes",
        "KBy" => "kilobytes",
        "MBy" => "megabytes",
        "KiBy" => "kibibytes",
        "MiBy" => "mebibytes",
        "GiBy" => "gibibytes",
        "Hz" => "hertz",
        "Cel" => "celsius",
        _ => Clean(unit, letterFirst: false),
    };

    /// <summary>What Prometheus does not take becomes one underscore, however much of it stands in a row.</summary>
    private static string Clean(string name, bool letterFirst)
    {
        var text = new StringBuilder(name.Length);
        foreach (char letter in name)
        {
            if (letter != '_' && char.IsAsciiLetterOrDigit(letter))
            {
                if (letterFirst && text.Length == 0 && char.IsAsciiDigit(letter))
                {
                    text.Append('_');
                }

                text.Append(letter);
            }
            else if (text.Length == 0 || text[^1] != '_')
            {
                text.Append('_');
            }
        }

        return text.ToString();
    }
}
