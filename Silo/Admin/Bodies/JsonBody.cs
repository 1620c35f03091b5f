using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Mesh.Silo.Admin.Bodies;

/// <summary>
/// The JSON that is let in: one object, well-formed UTF-8, at most <see cref="MaxDepth"/> deep, no member twice (two readers
/// could each take another one), no lone surrogates (they could not be written again).
/// </summary>
internal static class JsonBody
{
    public const int MaxDepth = 64;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    public static bool IsObject(byte[] json)
    {
        if (!Utf8.IsValid(json) || !HasWholeStrings(json))
        {
            return false;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Options);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public static byte[] Write(JsonObject body) => JsonSerializer.SerializeToUtf8Bytes(body);

    private static bool HasWholeStrings(byte[] json)
    {
        try
        {
            Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = MaxDepth });
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                {
                    _ = reader.GetString();
                }
            }

            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
