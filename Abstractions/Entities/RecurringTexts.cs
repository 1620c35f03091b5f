using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mesh.Abstractions.Entities;

/// <summary>
/// Reads a list that many entities have alike (protocols, methods, a host) so that equal lists are one object in memory. Of
/// 100,000 routes these are 20 MB otherwise. The lists must not be written to, as nothing in a record is.
/// </summary>
internal sealed class RecurringTexts : JsonConverter<string[]>
{
    private readonly LastSeen<string[]> seen = new(new SameTexts());

    public override string[]? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("a list of strings is wanted");
        }

        var texts = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            texts.Add(reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException("a list of strings is wanted"));
        }

        return seen.Share([.. texts]);
    }

    public override void Write(Utf8JsonWriter writer, string[] value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (string text in value)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    private sealed class SameTexts : IEqualityComparer<string[]>
    {
        public bool Equals(string[]? x, string[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(string[] texts)
        {
            var hash = default(HashCode);
            foreach (string text in texts)
            {
                hash.Add(text);
            }

            return hash.ToHashCode();
        }
    }
}
