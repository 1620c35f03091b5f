using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Mesh.Edge.Plugins.Fields;
using Microsoft.Extensions.Primitives;

namespace Mesh.Edge.Plugins.Logging;

/// <summary>A record with the names and shapes of Kong's serialized request.</summary>
internal static class RequestLogJson
{
    /// <summary>Nothing reads it as HTML; control characters and quotes are escaped all the same.</summary>
    internal static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static ReadOnlyMemory<byte> Write(RequestLog log)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            WriteRequest(json, log);
            json.WriteString("upstream_uri", log.UpstreamUri);
            json.WriteString("upstream_status", log.UpstreamStatus);
            json.WriteStartObject("response");
            json.WriteNumber("status", log.Status);
            WriteHeaders(json, log.ResponseHeaders);
            json.WriteNumber("size", log.ResponseBytes);
            json.WriteEndObject();
            WriteLatencies(json, log.Latencies);
            WriteTries(json, log.Tries);
            WriteIdentity(json, log);
            json.WriteString("client_ip", log.ClientIp);
            json.WriteNumber("started_at", log.StartedAt);
            json.WriteString("source", log.FromUpstream ? "upstream" : "kong");
            json.WriteString("workspace", log.Workspace);
            json.WriteString("workspace_name", log.Workspace);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteRequest(Utf8JsonWriter json, RequestLog log)
    {
        json.WriteStartObject("request");
        json.WriteString("id", log.RequestId);
        json.WriteString("uri", log.Uri);
        json.WriteString("url", log.Url);
        WriteQuery(json, log.Query);
        json.WriteString("method", log.Method);
        WriteHeaders(json, log.RequestHeaders);
        json.WriteNumber("size", log.RequestBytes);
        if (log.TlsVersion is { } version)
        {
            json.WriteStartObject("tls");
            json.WriteString("version", version);
            json.WriteString("cipher", log.TlsCipher);
            json.WriteString("client_verify", "NONE");
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>As Kong: an argument without a value is <c>true</c>, one that stands several times an array.</summary>
    private static void WriteQuery(Utf8JsonWriter json, string query)
    {
        json.WriteStartObject("querystring");
        IEnumerable<(string Name, string? Value)> arguments = Arguments.Parse(query)?.Decoded().Take(RequestLog.MaxEntries) ?? [];
        foreach (IGrouping<string, string?> argument in arguments.GroupBy(argument => argument.Name, argument => argument.Value, StringComparer.Ordinal))
        {
            json.WritePropertyName(argument.Key);
            string?[] values = [.. argument];
            if (values.Length > 1)
            {
                json.WriteStartArray();
            }

            foreach (string? value in values)
            {
                if (value is null)
                {
                    json.WriteBooleanValue(true);
                }
                else
                {
                    json.WriteStringValue(value);
                }
            }

            if (values.Length > 1)
            {
                json.WriteEndArray();
            }
        }

        json.WriteEndObject();
    }

    private static void WriteHeaders(Utf8JsonWriter json, KeyValuePair<string, StringValues>[] headers)
    {
        json.WriteStartObject("headers");
        foreach ((string name, StringValues values) in headers)
        {
            if (name.StartsWith(':'))
            {
                continue;
            }

            json.WritePropertyName(name.ToLowerInvariant());
            if (values.Count == 1)
            {
                WriteText(json, values[0] ?? "");
                continue;
            }

            json.WriteStartArray();
            foreach (string? value in values)
            {
                WriteText(json, value ?? "");
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>The edge reads headers one character a byte; what was UTF-8 on the wire is UTF-8 in the log.</summary>
    private static void WriteText(Utf8JsonWriter json, string value)
    {
        if (Ascii.IsValid(value))
        {
            json.WriteStringValue(value);
            return;
        }

        byte[] bytes = Encoding.Latin1.GetBytes(value);
        if (Utf8.IsValid(bytes))
        {
            json.WriteStringValue(bytes);
        }
        else
        {
            json.WriteStringValue(value);
        }
    }

    private static void WriteLatencies(Utf8JsonWriter json, in Latencies latencies)
    {
        json.WriteStartObject("latencies");
        json.WriteNumber("kong", (long)latencies.Kong.TotalMilliseconds);
        json.WriteNumber("proxy", latencies.Proxy is { } proxy ? (long)proxy.TotalMilliseconds : -1);
        json.WriteNumber("request", (long)latencies.Request.TotalMilliseconds);
        json.WriteNumber("receive", (long)latencies.Receive.TotalMilliseconds);
        json.WriteEndObject();
    }

    private static void WriteTries(Utf8JsonWriter json, IReadOnlyList<LoggedTry>? tries)
    {
        if (tries is null)
        {
            return;
        }

        json.WriteStartArray("tries");
        foreach (LoggedTry one in tries)
        {
            json.WriteStartObject();
            json.WriteString("ip", one.Host);
            json.WriteNumber("port", one.Port);
            if (one.StartedAt is { } startedAt)
            {
                json.WriteNumber("balancer_start", startedAt);
            }

            if (one.Failed)
            {
                json.WriteString("state", "failed");
                json.WriteNumber("code", 502);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteIdentity(Utf8JsonWriter json, RequestLog log)
    {
        if (log.Credential is { } credential)
        {
            json.WriteStartObject("authenticated_entity");
            json.WriteString("id", credential);
            if (log.Consumer is { } owner)
            {
                json.WriteString("consumer_id", owner.Id);
            }

            json.WriteEndObject();
        }

        Entity(json, "route", log.Route is { } route ? EntityText.Of(route) : null);
        Entity(json, "service", log.Service is { } service ? EntityText.Of(service) : null);
        Entity(json, "consumer", log.Consumer is { } consumer ? EntityText.Of(consumer) : null);
    }

    private static void Entity(Utf8JsonWriter json, string name, byte[]? text)
    {
        if (text is not null)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(text, skipInputValidation: true);
        }
    }
}
