using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Mesh.Edge.Telemetry.Exposition;

/// <summary>The two texts that Prometheus scrapes.</summary>
internal sealed record ExpositionFormat(string ContentType, bool IsOpenMetrics)
{
    private const string OpenMetricsType = "application/openmetrics-text";
    private const string OpenMetricsVersion = "1.0.0";

    /// <summary>Prometheus' text format, version 0.0.4, with the content type that Kong names.</summary>
    public static ExpositionFormat Text { get; } = new("text/plain; charset=UTF-8", false);

    public static ExpositionFormat OpenMetrics { get; } = new($"{OpenMetricsType}; version={OpenMetricsVersion}; charset=utf-8", true);

    /// <summary>OpenMetrics for those who ask for it by name and like nothing else better, else the older text.</summary>
    /// <param name="accept">The header; what of it cannot be read counts for nothing.</param>
    public static ExpositionFormat Choose(StringValues accept)
    {
        if (!MediaTypeHeaderValue.TryParseList(accept, out IList<MediaTypeHeaderValue>? ranges))
        {
            return Text;
        }

        double text = 0;
        double openMetrics = 0;
        foreach (MediaTypeHeaderValue range in ranges)
        {
            double quality = range.Quality ?? 1;
            if (IsOpenMetricsRange(range))
            {
                openMetrics = Math.Max(openMetrics, quality);
            }
            else if (range.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase))
            {
                text = Math.Max(text, quality);
            }
        }

        return openMetrics > 0 && openMetrics >= text ? OpenMetrics : Text;
    }

    private static bool IsOpenMetricsRange(MediaTypeHeaderValue range) =>
        range.MediaType.Equals(OpenMetricsType, StringComparison.OrdinalIgnoreCase)
        && range.Parameters.All(parameter => !parameter.Name.Equals("version", StringComparison.OrdinalIgnoreCase) || parameter.Value == OpenMetricsVersion);
}
