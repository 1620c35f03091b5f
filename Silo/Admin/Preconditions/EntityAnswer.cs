using Mesh.Abstractions.Schemas;
using Mesh.Grains.Workspaces;

namespace Mesh.Silo.Admin.Preconditions;

/// <summary>An answer that shows one entity, with its entity tag.</summary>
internal static class EntityAnswer
{
    public const string TagHeader = "ETag";

    public static AdminAnswer Of(AdminContext context, EntitySchema schema, int status, byte[]? document, long? revision = null)
    {
        byte[]? shown = document is null ? null : context.Shown(schema.Kind, document);
        return new(status, shown, Revision: revision)
        {
            // The tag is made of the stored document: beside a masked one it would let secrets be guessed.
            Headers = document is null || !ReferenceEquals(shown, document) ? [] : [new(TagHeader, $"\"{EntityTag.Of(document)}\"")],
        };
    }
}
