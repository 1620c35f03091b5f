using System.Globalization;
using System.Text.Json;
using Mesh.Edge.Balancing;
using Mesh.Edge.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Plugins.Logging;

/// <summary>The tries at targets of one exchange: those that failed, and the last.</summary>
internal static class LoggedTries
{
    /// <summary>Nothing for a request without a service.</summary>
    /// <param name="startedAt">Of the exchange, Unix milliseconds.</param>
    public static void Write(Utf8JsonWriter json, Exchange exchange, long startedAt)
    {
        if (exchange.Service is null)
        {
            return;
        }

        json.WriteStartArray(LogNames.Tries);
        if (exchange.TargetAddress is { } last)
        {
            foreach (TargetAddress target in exchange.FailedTargets ?? [])
            {
                WriteTry(json, target.Host, target.Port, null, failed: true);
            }

            int colon = last.LastIndexOf(':');
            int port = int.Parse(last.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture);
            long lastStart = startedAt + (long)exchange.Time.GetElapsedTime(exchange.StartedAt, exchange.UpstreamStartedAt).TotalMilliseconds;
            WriteTry(json, last.AsSpan(0, colon).Trim("[]"), port, lastStart, exchange.UpstreamFailed);
        }

        json.WriteEndArray();
    }

    /// <summary>As nginx's variable of this name: one status for each try.</summary>
    public static void WriteStatuses(Utf8JsonWriter json, Exchange exchange)
    {
        if (exchange.TargetAddress is null)
        {
            json.WriteString(LogNames.UpstreamStatus, "");
            return;
        }

        int last = exchange.FromUpstream ? exchange.Http.Response.StatusCode : StatusCodes.Status502BadGateway;
        if (exchange.FailedTargets is not { Count: > 0 } failed)
        {
            Span<char> digits = stackalloc char[11];
            last.TryFormat(digits, out int written, default, CultureInfo.InvariantCulture);
            json.WriteString(LogNames.UpstreamStatus, digits[..written]);
            return;
        }

        json.WriteString(LogNames.UpstreamStatus, string.Concat(Enumerable.Repeat("502, ", failed.Count)) + last.ToString(CultureInfo.InvariantCulture));
    }

    private static void WriteTry(Utf8JsonWriter json, ReadOnlySpan<char> host, int port, long? startedAt, bool failed)
    {
        json.WriteStartObject();
        json.WriteString(LogNames.Ip, host);
        json.WriteNumber(LogNames.Port, port);
        if (startedAt is { } start)
        {
            json.WriteNumber(LogNames.BalancerStart, start);
        }

        if (failed)
        {
            json.WriteString("state", "failed");
            json.WriteNumber("code", StatusCodes.Status502BadGateway);
        }

        json.WriteEndObject();
    }
}
