using System.Text.Json;
using Mesh.Edge.Plugins.Fields;

namespace Mesh.Edge.Plugins.Logging;

/// <summary>The arguments of a query as Kong's: one without a value is <c>true</c>, one that stands several times an array.</summary>
internal static class LoggedQuery
{
    /// <param name="query">With its <c>?</c>, or empty.</param>
    public static void Write(Utf8JsonWriter json, string query)
    {
        json.WriteStartObject(LogNames.QueryString);
        if (query.Length > 1)
        {
            WriteArguments(json, query.AsSpan(1));
        }

        json.WriteEndObject();
    }

    private static void WriteArguments(Utf8JsonWriter json, ReadOnlySpan<char> query)
    {
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
    }
}
