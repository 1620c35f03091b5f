using System.Text.Json;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Balancing;
using Mesh.Edge.Streams;

namespace Mesh.Edge.Plugins.Logging;

/// <summary>What log plugins are told of a stream: Kong's <c>kong.log.serialize()</c> of its stream subsystem.</summary>
internal static class StreamLog
{
    /// <summary>The record of a stream that has ended: one JSON object in UTF-8 without a line break, good until this thread writes the next.</summary>
    public static ReadOnlySpan<byte> Write(StreamExchange exchange)
    {
        Utf8JsonWriter writer = LogText.Begin();
        long startedAt = (exchange.Time.GetUtcNow() - exchange.Time.GetElapsedTime(exchange.StartedAt)).ToUnixTimeMilliseconds();
        writer.WriteStartObject();
        WriteSession(writer, exchange);
        if (exchange.ReachedUpstream)
        {
            writer.WriteStartObject("upstream");
            writer.WriteNumber("received", exchange.Sent);
            writer.WriteNumber("sent", exchange.Received);
            writer.WriteEndObject();
        }

        writer.WriteStartObject("latencies");
        writer.WriteNumber("kong", (long)KongLatency(exchange).TotalMilliseconds);
        writer.WriteNumber("session", (long)SessionLatency(exchange).TotalMilliseconds);
        writer.WriteEndObject();
        WriteTries(writer, exchange, startedAt);
        WriteEntity(writer, "route", exchange.Route is { } route ? EntityText.Of(route) : null);
        WriteEntity(writer, "service", exchange.Service is { } service ? EntityText.Of(service) : null);
        writer.WriteString("client_ip", exchange.ClientAddress.ToString());
        writer.WriteNumber("started_at", startedAt);
        writer.WriteString("workspace", exchange.Workspace);
        writer.WriteString("workspace_name", exchange.Workspace);
        writer.WriteEndObject();
        return LogText.End();
    }

    /// <summary>Until the target was turned to, or, without one, until the end.</summary>
    public static TimeSpan KongLatency(StreamExchange exchange) =>
        exchange.Time.GetElapsedTime(exchange.StartedAt, exchange.UpstreamStartedAt != 0 ? exchange.UpstreamStartedAt : exchange.EndedAt);

    public static TimeSpan SessionLatency(StreamExchange exchange) => exchange.Time.GetElapsedTime(exchange.StartedAt, exchange.EndedAt);

    private static void WriteSession(Utf8JsonWriter writer, StreamExchange exchange)
    {
        writer.WriteStartObject("session");
        if (exchange.TlsVersion is { } version)
        {
            LoggedTls.Write(writer, version, exchange.TlsCipher, exchange.Connection.ClientCertificate);
        }

        writer.WriteNumber("received", exchange.Received);
        writer.WriteNumber("sent", exchange.Sent);
        writer.WriteNumber("status", exchange.Status);
        writer.WriteNumber("server_port", exchange.ServerPort);
        writer.WriteEndObject();
    }

    private static void WriteTries(Utf8JsonWriter writer, StreamExchange exchange, long startedAt)
    {
        if (exchange.Target is not { } last)
        {
            return;
        }

        writer.WriteStartArray("tries");
        foreach (TargetAddress failed in exchange.FailedTargets ?? [])
        {
            WriteTry(writer, failed, null, failed: true);
        }

        WriteTry(writer, last, startedAt + (long)KongLatency(exchange).TotalMilliseconds, !exchange.ReachedUpstream);
        writer.WriteEndArray();
    }

    private static void WriteTry(Utf8JsonWriter writer, TargetAddress target, long? balancerStart, bool failed)
    {
        writer.WriteStartObject();
        writer.WriteString("ip", target.Host);
        writer.WriteNumber("port", target.Port);
        if (balancerStart is { } start)
        {
            writer.WriteNumber("balancer_start", start);
        }

        if (failed)
        {
            writer.WriteString("state", "failed");
            writer.WriteNumber("code", StreamStatus.BadGateway);
        }

        writer.WriteEndObject();
    }

    private static void WriteEntity(Utf8JsonWriter writer, string name, byte[]? text)
    {
        if (text is not null)
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(text, skipInputValidation: true);
        }
    }
}
