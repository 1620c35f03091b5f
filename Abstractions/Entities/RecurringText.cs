using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mesh.Abstractions.Entities;

/// <summary>Reads a field that has few different values (a path handling) so that equal values are one object in memory.</summary>
internal sealed class RecurringText : JsonConverter<string>
{
    private readonly LastSeen<string> seen = new(StringComparer.Ordinal);

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? seen.Share(reader.GetString()!) : throw new JsonException("a string is wanted");

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
