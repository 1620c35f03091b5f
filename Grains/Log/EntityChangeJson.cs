using System.Text.Json;
using Mesh.Abstractions.Configuration;

namespace Mesh.Grains.Log;

/// <summary><c>{"kind":…,"id":…,"document":{…}|null}</c>; the document's bytes are kept exactly.</summary>
internal static class EntityChangeJson
{
    public static void WriteArray(Utf8JsonWriter writer, ReadOnlySpan<byte> name, IEnumerable<EntityChange> changes)
    {
        writer.WriteStartArray(name);
        foreach (EntityChange change in changes)
        {
            writer.WriteStartObject();
            writer.WriteString("kind"u8, change.Kind);
            writer.WriteString("id"u8, change.Id);
            writer.WritePropertyName("document"u8);
            if (change.Document is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                // Checked: one broken document would make the whole entry unreadable for ever.
                writer.WriteRawValue(change.Document, skipInputValidation: false);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>The reader stands on the array's start, and on its end afterwards.</summary>
    public static EntityChange[] ReadArray(ref Utf8JsonReader reader, ReadOnlySpan<byte> source)
    {
        var changes = new List<EntityChange>();
        string kind = "";
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            Guid id = default;
            byte[]? document = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("kind"u8))
                {
                    reader.Read();

                    // Neighbours are mostly of one kind: 100,000 entities share a handful of strings.
                    kind = reader.ValueTextEquals(kind) ? kind : string.Intern(reader.GetString()!);
                }
                else if (reader.ValueTextEquals("id"u8))
                {
                    reader.Read();
                    id = reader.GetGuid();
                }
                else if (reader.ValueTextEquals("document"u8))
                {
                    reader.Read();
                    document = reader.TokenType == JsonTokenType.Null ? null : Raw(ref reader, source);
                }
                else
                {
                    reader.Skip();
                }
            }

            changes.Add(new EntityChange(kind, id, document));
        }

        return [.. changes];
    }

    private static byte[] Raw(ref Utf8JsonReader reader, ReadOnlySpan<byte> source)
    {
        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        return source[start..(int)reader.BytesConsumed].ToArray();
    }
}
