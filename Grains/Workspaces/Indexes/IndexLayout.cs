using System.Text;
using System.Text.Json;
using Mesh.Abstractions.Schemas;

namespace Mesh.Grains.Workspaces.Indexes;

/// <summary>Which fields of a kind are indexed, and how to read their values out of a canonical document without building nodes.</summary>
internal sealed class IndexLayout
{
    private const string TagsField = "tags";

    private readonly byte[][] names;
    private readonly bool[] isForeign;
    private readonly int[][] uniqueSlots;
    private readonly int[] foreignSlots;

    public IndexLayout(EntitySchema schema)
    {
        Foreign = [.. schema.Fields.Where(field => field.Type == FieldType.Foreign)];
        Unique = [.. schema.Fields.Where(field => field.Unique).Select(field => new[] { field.Name }), .. schema.UniqueTogether];
        string[] indexed = [.. Foreign.Select(field => field.Name).Concat(Unique.SelectMany(fields => fields)).Distinct()];
        names = [.. indexed.Select(Encoding.UTF8.GetBytes)];
        isForeign = [.. indexed.Select(name => Foreign.Any(field => field.Name == name))];
        uniqueSlots = [.. Unique.Select(fields => fields.Select(field => Array.IndexOf(indexed, field)).ToArray())];
        foreignSlots = [.. Foreign.Select(field => Array.IndexOf(indexed, field.Name))];
    }

    /// <summary>Foreign fields, in the order of <see cref="IndexedKeys.Foreign"/>.</summary>
    public Field[] Foreign { get; }

    /// <summary>Fields that are unique (together), in the order of <see cref="IndexedKeys.Unique"/>.</summary>
    public string[][] Unique { get; }

    /// <summary>Index of the constraint over exactly these fields; -1 when there is none.</summary>
    public int FindUnique(params ReadOnlySpan<string> fields)
    {
        for (var i = 0; i < Unique.Length; i++)
        {
            if (fields.SequenceEqual(Unique[i]))
            {
                return i;
            }
        }

        return -1;
    }

    public IndexedKeys Read(byte[] document)
    {
        var values = new string?[names.Length];
        string[] tags = [];
        var reader = new Utf8JsonReader(document);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var slot = SlotOf(ref reader);
            var isTags = slot < 0 && reader.ValueTextEquals(TagsField);
            reader.Read();
            if (slot >= 0)
            {
                values[slot] = isForeign[slot] ? ReadReference(ref reader) : ReadText(ref reader);
            }
            else if (isTags && reader.TokenType == JsonTokenType.StartArray)
            {
                tags = ReadTags(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return new IndexedKeys(
            Array.ConvertAll(uniqueSlots, slots => Compose(slots, values)),
            Array.ConvertAll(foreignSlots, slot => values[slot] is { } id ? Guid.Parse(id) : (Guid?)null),
            tags);
    }

    /// <summary>The form in which values of a constraint over several fields are indexed: unambiguous whatever the values hold.</summary>
    public static string Compose(params ReadOnlySpan<string?> values)
    {
        var text = new StringBuilder();
        foreach (var value in values)
        {
            _ = value is null ? text.Append('-') : text.Append(value.Length).Append(':').Append(value);
        }

        return text.ToString();
    }

    /// <summary>A single null is not indexed; among several fields null is a value like others (Kong's cache keys).</summary>
    private static string? Compose(int[] slots, string?[] values) =>
        slots.Length == 1 ? values[slots[0]] : Compose(Array.ConvertAll(slots, slot => values[slot]));

    private int SlotOf(ref Utf8JsonReader reader)
    {
        for (var i = 0; i < names.Length; i++)
        {
            if (reader.ValueTextEquals(names[i]))
            {
                return i;
            }
        }

        return -1;
    }

    private static string? ReadText(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.String ? reader.GetString() : null;

    private static string? ReadReference(ref Utf8JsonReader reader)
    {
        string? id = null;
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isId = reader.ValueTextEquals("id"u8);
                reader.Read();
                id = isId ? reader.GetString() : id;
            }
        }

        return id;
    }

    private static string[] ReadTags(ref Utf8JsonReader reader)
    {
        var tags = new List<string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
        {
            tags.Add(reader.GetString()!);
        }

        return [.. tags];
    }
}
