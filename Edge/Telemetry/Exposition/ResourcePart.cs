using System.Globalization;

namespace Mesh.Edge.Telemetry.Exposition;

/// <summary><c>target_info</c>: what the process is, in the attributes that its resource has in OTLP.</summary>
internal static class ResourcePart
{
    private const string Help = "What this process is.";

    public static void Write(ExpositionWriter page, IEnumerable<KeyValuePair<string, object>> attributes)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, object value) in attributes)
        {
            labels[PrometheusNames.Label(name)] = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        }

        if (page.IsOpenMetrics)
        {
            page.Family("target", Help, "info");
        }
        else
        {
            page.Family("target_info", Help, "gauge");
        }

        page.Sample("target_info", ExpositionWriter.Labels(labels), "", 1);
    }
}
