using System.Text.Json;
using Mesh.Abstractions.Reports;

namespace Mesh.Silo.Admin.Fleet;

/// <summary>Traffic readings as JSON: counts, rates per second, status classes and latency quantiles in milliseconds.</summary>
internal static class TrafficJson
{
    private static readonly string[] Classes = ["1xx", "2xx", "3xx", "4xx", "5xx"];

    public static void Write(Utf8JsonWriter json, TrafficReading reading)
    {
        json.WritePropertyName("minute");
        Write(json, reading.Minute);
        json.WritePropertyName("hour");
        Write(json, reading.Hour);
    }

    private static void Write(Utf8JsonWriter json, TrafficWindow window)
    {
        json.WriteStartObject();
        json.WriteNumber("seconds", window.Seconds);
        json.WriteNumber("edges", window.Edges);
        json.WriteNumber("requests", window.Requests);
        json.WriteNumber("requests_per_second", Rate(window.Requests, window.Seconds));
        json.WriteStartObject("statuses");
        for (int i = 0; i < Classes.Length; i++)
        {
            json.WriteNumber(Classes[i], i < window.Statuses.Length ? window.Statuses[i] : 0);
        }

        json.WriteEndObject();
        json.WriteNumber("failures", window.Failures);
        json.WriteNumber("retries", window.Retries);
        json.WriteNumber("bytes_in", window.BytesIn);
        json.WriteNumber("bytes_out", window.BytesOut);
        Write(json, "latency_ms", window.Latency);
        Write(json, "upstream_latency_ms", window.UpstreamLatency);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, LatencySketch sketch)
    {
        json.WriteStartObject(name);
        long count = sketch.Counts.Sum();
        WriteMilliseconds(json, "mean", count == 0 ? null : (double)sketch.Sum / count);
        WriteMilliseconds(json, "p50", LatencyQuantile.Of(sketch, 0.50));
        WriteMilliseconds(json, "p90", LatencyQuantile.Of(sketch, 0.90));
        WriteMilliseconds(json, "p99", LatencyQuantile.Of(sketch, 0.99));
        WriteMilliseconds(json, "max", count == 0 ? null : sketch.Max);
        json.WriteEndObject();
    }

    private static void WriteMilliseconds(Utf8JsonWriter json, string name, double? microseconds)
    {
        if (microseconds is { } value)
        {
            json.WriteNumber(name, Math.Round(value / 1000, 3));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static double Rate(long count, int seconds) => seconds == 0 ? 0 : Math.Round((double)count / seconds, 3);
}
