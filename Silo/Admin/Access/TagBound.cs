using System.Text.Json;
using Mesh.Abstractions.Configuration;

namespace Mesh.Silo.Admin.Access;

/// <summary>What callers see who are bound to tags. What they may write is decided where commits are planned.</summary>
internal static class TagBound
{
    /// <summary>Whether the caller may see an entity.</summary>
    public static bool Holds(Caller caller, byte[] document)
    {
        if (caller.Tags.Length == 0)
        {
            return true;
        }

        using JsonDocument entity = JsonDocument.Parse(document);
        return entity.RootElement.TryGetProperty("tags", out JsonElement tags)
            && tags.ValueKind == JsonValueKind.Array
            && tags.EnumerateArray().Any(tag => caller.Tags.Contains(tag.GetString()));
    }

    /// <summary>A query that finds little more than the caller may see; a query that names tags itself stays as it is.</summary>
    public static ListQuery Narrow(Caller caller, ListQuery query) =>
        caller.Tags.Length == 0 || query.Tags is not null ? query : query with { Tags = caller.Tags, AllTags = false };
}
