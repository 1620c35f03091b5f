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
            (Guid id, Range document) = ReadOne(ref reader, ref kind);
            changes.Add(new EntityChange(kind, id, document.Equals(default) ? null : source[document].ToArray()));
        }

        return [.. changes];
    }

    /// <summary>As <see cref="ReadArray"/>, without the documents.</summary>
    public static EntityKey[] ReadKeys(ref Utf8JsonReader reader)
    {
        var keys = new List<EntityKey>();
        string kind = "";
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            (Guid id, _) = ReadOne(ref reader, ref kind);
            keys.Add(new EntityKey(kind, id));
        }

        return [.. keys];
    }

    /// <param name="kind">Neighbours are mostly of one kind: 100,000 entities share a handful of strings.</param>
    /// <returns>The document's place in the source; empty when it is null.</returns>
    private static (Guid Id, Range Document) ReadOne(ref Utf8JsonReader reader, ref string kind)
    {
        Guid id = default;
        Range document = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("kind"u8))
            {
                reader.Read();
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
                int start = (int)reader.TokenStartIndex;
                bool absent = reader.TokenType == JsonTokenType.Null;
                reader.Skip();
                document = absent ? default : start..(int)reader.BytesConsumed;
            }
            else
            {
                reader.Skip();
            }
        }

        return (id, document);
    }
}
