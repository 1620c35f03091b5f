using System.Text.Json;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas;

namespace Mesh.Grains.Search;

/// <summary>The texts of one entity.</summary>
internal sealed record SearchedEntity(string? Name, SearchMatch[] Values)
{
    /// <summary>So much of an id is asked for that it can mean nothing else.</summary>
    private const int MinIdCharacters = 8;

    private const int IdCharacters = 36;

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

    /// <returns>Empty when nothing of the entity contains the text.</returns>
    public SearchMatch[] Matches(Guid id, string text)
    {
        SearchMatch[] matches = Array.FindAll(Values, value => value.Value.Contains(text, StringComparison.OrdinalIgnoreCase));
        return IsId(id, text) ? [new SearchMatch("id", id.ToString("D")), .. matches] : matches;
    }

    /// <summary>Whether the text could be the beginning of an id: else ids need not be looked at.</summary>
    public static bool MayBeId(string text) =>
        text.Length is >= MinIdCharacters and <= IdCharacters && text.All(character => char.IsAsciiHexDigit(character) || character == '-');

    private static bool IsId(Guid id, string text)
    {
        if (!MayBeId(text))
        {
            return false;
        }

        Span<char> digits = stackalloc char[IdCharacters];
        id.TryFormat(digits, out _, "D");
        return digits.StartsWith(text, StringComparison.OrdinalIgnoreCase);
    }
}
