using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Grains.Validation;

/// <summary>
/// Reads untrusted JSON into nodes that hold plain values: text, 64-bit integers, finite doubles, booleans. Depth is bounded,
/// a key given twice is refused.
/// </summary>
internal static class JsonBody
{
    public const int MaxDepth = 64;

    /// <returns>Null, with the reason in <paramref name="error"/>, unless the text is one JSON object.</returns>
    public static JsonObject? Parse(ReadOnlySpan<byte> utf8, out string? error)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                error = "the body must be a JSON object";
                return null;
            }

            var body = ReadObject(ref reader);
            reader.Read();
            error = null;
            return body;
        }
        catch (JsonException failure)
        {
            error = failure.Message;
            return null;
        }
        catch (InvalidOperationException)
        {
            error = "a text is not valid Unicode";
            return null;
        }
    }

    private static JsonObject ReadObject(ref Utf8JsonReader reader)
    {
        var result = new JsonObject();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (!result.TryAdd(name, ReadValue(ref reader)))
            {
                throw new JsonException($"the key '{name}' is given twice");
            }
        }

        return result;
    }

    private static JsonArray ReadArray(ref Utf8JsonReader reader)
    {
        var result = new JsonArray();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            result.Add(ReadValue(ref reader));
        }

        return result;
    }

    private static JsonNode? ReadValue(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => ReadObject(ref reader),
        JsonTokenType.StartArray => ReadArray(ref reader),
        JsonTokenType.String => JsonValue.Create(reader.GetString()!),
        JsonTokenType.Number => ReadNumber(ref reader),
        JsonTokenType.True => JsonValue.Create(true),
        JsonTokenType.False => JsonValue.Create(false),
        _ => null,
    };

    private static JsonValue ReadNumber(ref Utf8JsonReader reader)
    {
        if (reader.TryGetInt64(out var integer))
        {
            return JsonValue.Create(integer);
        }

        var number = reader.GetDouble();
        return double.IsFinite(number) ? JsonValue.Create(number) : throw new JsonException("a number is out of range");
    }
}
