using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Mesh.Edge.Plugins.Logging;

/// <summary>Headers of a message as they stand in a record: names in lower case, credentials redacted.</summary>
internal static class LoggedHeaders
{
    private const string Redacted = "REDACTED";

    /// <summary>A longer name is lowered on the heap.</summary>
    private const int MaxNameOnStack = 128;

    public static void Write(Utf8JsonWriter json, IHeaderDictionary headers)
    {
        json.WriteStartObject(LogNames.Headers);
        int count = 0;
        foreach ((string name, StringValues values) in headers)
        {
            if (count++ == RequestLog.MaxEntries)
            {
                break;
            }

            if (name.StartsWith(':'))
            {
                continue;
            }

            WriteName(json, name);
            bool secret = name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) || name.Equals("Proxy-Authorization", StringComparison.OrdinalIgnoreCase);
            WriteValues(json, secret ? Redacted : values);
        }

        json.WriteEndObject();
    }

    private static void WriteName(Utf8JsonWriter json, string name)
    {
        Span<byte> lower = stackalloc byte[MaxNameOnStack];
        if (name.Length <= MaxNameOnStack && Ascii.ToLower(name, lower, out int written) == System.Buffers.OperationStatus.Done)
        {
            json.WritePropertyName(lower[..written]);
        }
        else
        {
            json.WritePropertyName(name.ToLowerInvariant());
        }
    }

    private static void WriteValues(Utf8JsonWriter json, in StringValues values)
    {
        if (values.Count == 1)
        {
            WriteText(json, values[0] ?? "");
            return;
        }

        json.WriteStartArray();
        foreach (string? value in values)
        {
            WriteText(json, value ?? "");
        }

        json.WriteEndArray();
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
}
