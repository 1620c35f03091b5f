using System.Text.Json;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;

namespace Mesh.Silo.Admin.Commits;

/// <summary>The one line that history shows of a write, such as <c>create routes/orders</c>.</summary>
internal static class CommitSummary
{
    private const int MaxKeyLength = 128;

    public static string Of(EntitySchema schema, MutationVerb verb, string? key, byte[]? body)
    {
        string name = key ?? (body is null ? null : EndpointKey(schema, body)) ?? "";
        if (IsSecret(schema, key))
        {
            name = "";
        }

        string shown = new([.. name.Take(MaxKeyLength).Where(c => !char.IsControl(c))]);
        string what = shown.Length == 0 ? schema.Kind : $"{schema.Kind}/{shown}";
        return $"{Word(verb)} {what}";
    }

    /// <summary>A key-auth credential may be addressed by the key itself, which history must not keep.</summary>
    private static bool IsSecret(EntitySchema schema, string? key) =>
        schema.EndpointKey is { } field && schema.Find(field)?.Secret == true && !Guid.TryParse(key, out _);

    private static string? EndpointKey(EntitySchema schema, byte[] body)
    {
        if (schema.EndpointKey is not { } field)
        {
            return null;
        }

        using JsonDocument document = JsonDocument.Parse(body);
        return document.RootElement.TryGetProperty(field, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    private static string Word(MutationVerb verb) => verb switch
    {
        MutationVerb.Create => "create",
        MutationVerb.Put => "put",
        MutationVerb.Patch => "patch",
        _ => "delete",
    };
}
