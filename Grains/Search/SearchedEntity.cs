using System.Text.Json;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas;

namespace Mesh.Grains.Search;

/// <summary>The texts of one entity.</summary>
internal sealed record SearchedEntity(string? Name, SearchMatch[] Values)
{
    public static SearchedEntity Of(EntitySchema schema, Field[] searched, byte[] document)
    {
        using JsonDocument entity = JsonDocument.Parse(document);
        List<SearchMatch> values = [];
        foreach (Field field in searched)
        {
            if (!entity.RootElement.TryGetProperty(field.Name, out JsonElement value))
            {
                continue;
            }

            if (value.ValueKind == JsonValueKind.String)
            {
                values.Add(new SearchMatch(field.Name, value.GetString()!));
            }
            else if (value.ValueKind == JsonValueKind.Array)
            {
                values.AddRange(value.EnumerateArray().Where(element => element.ValueKind == JsonValueKind.String).Select(element => new SearchMatch(field.Name, element.GetString()!)));
            }
        }

        return new SearchedEntity(EntityNames.Of(schema, entity.RootElement), [.. values]);
    }

    /// <returns>Empty when no text of the entity contains it.</returns>
    public SearchMatch[] Matches(string text) => Array.FindAll(Values, value => value.Value.Contains(text, StringComparison.OrdinalIgnoreCase));
}
