using Mesh.Abstractions.Schemas;

namespace Mesh.Grains.Search;

/// <summary>
/// Which fields of a kind are searched: top-level texts and lists of texts that people choose (names, tags, hosts, paths,
/// targets, …). Not secrets, not values out of a fixed list, not references, not certificates.
/// </summary>
internal static class SearchedFields
{
    private static readonly string[] Pem = ["cert", "cert_alt"];

    public static Field[] Of(EntitySchema schema) => [.. schema.Fields.Where(field => IsText(field) || (field is { Type: FieldType.Array or FieldType.Set, Secret: false, Elements: { } elements } && IsText(elements)))];

    private static bool IsText(Field field) =>
        field is { Type: FieldType.String, Secret: false, Uuid: false, OneOf: null } && !Pem.Contains(field.Name);
}
