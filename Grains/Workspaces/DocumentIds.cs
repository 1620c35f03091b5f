using System.Text.Json.Nodes;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Validation;
using Mesh.Grains.Workspaces.Indexes;

namespace Mesh.Grains.Workspaces;

/// <summary>
/// Ids for entities that come without one. In a whole document they must be the same every time it is applied: the id of the
/// entity that already has the same unique values, else one derived from these values, else one derived from the content.
/// </summary>
internal sealed class DocumentIds(bool wholeDocument)
{
    /// <param name="document">Canonical, its id still null.</param>
    public Guid For(KindView kind, byte[] document)
    {
        if (!wholeDocument)
        {
            return Guid.NewGuid();
        }

        var keys = kind.Layout.Read(document);
        for (var i = 0; i < keys.Unique.Length; i++)
        {
            if (keys.Unique[i] is { } value && kind.Table.FindUnique(i, value) is { } known && !kind.Planned.ContainsKey(known))
            {
                return known;
            }
        }

        for (var i = 0; i < keys.Unique.Length; i++)
        {
            if (keys.Unique[i] is { } value)
            {
                return DerivedId.Of(kind.Schema.Kind, $"{string.Join(',', kind.Layout.Unique[i])}={value}");
            }
        }

        return FromContent(kind, document);
    }

    /// <summary>The entity that <see cref="For"/> will find by unique values, asked before the body is checked: values at fault find nothing.</summary>
    public Guid? Find(KindView kind, JsonObject body, ForeignResolver resolve)
    {
        for (var i = 0; i < kind.Layout.Unique.Length; i++)
        {
            var values = Array.ConvertAll(kind.Layout.Unique[i], field => Value(kind.Schema.Find(field)!, body[field], resolve));
            var value = values.Length == 1 ? values[0] : IndexLayout.Compose(values);
            if (value is not null && kind.Table.FindUnique(i, value) is { } known && !kind.Planned.ContainsKey(known))
            {
                return known;
            }
        }

        return null;
    }

    private static string? Value(Field field, JsonNode? value, ForeignResolver resolve)
    {
        if (field.Type != FieldType.Foreign)
        {
            return Text(value);
        }

        if (value is not JsonObject reference)
        {
            return null;
        }

        return Text(reference["id"]) ?? (reference.Count == 1 && Text(reference.First().Value) is { } name ? resolve(field.Reference!, name)?.ToString("D") : null);
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>Equal twins are told apart by their number.</summary>
    private static Guid FromContent(KindView kind, byte[] document)
    {
        for (var ordinal = 1; ; ordinal++)
        {
            var id = DerivedId.Of(kind.Schema.Kind, document, ordinal);
            if (!kind.Planned.ContainsKey(id))
            {
                return id;
            }
        }
    }
}
