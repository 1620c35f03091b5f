using System.Text.Json;
using Mesh.Abstractions.Schemas;

namespace Mesh.Grains.Schemas;

/// <summary>What an entity is called: its endpoint key unless that is secret, else its name (a plugin's).</summary>
internal static class EntityNames
{
    /// <param name="schema">Null for a kind that is not known here.</param>
    /// <returns>Null when it has none.</returns>
    public static string? Of(EntitySchema? schema, JsonElement entity) =>
        (schema?.EndpointKey is { } key && schema.Find(key) is { Secret: false } ? Text(entity, key) : null) ?? Text(entity, "name");

    private static string? Text(JsonElement entity, string member) =>
        entity.TryGetProperty(member, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
