using Mesh.Grains.Workspaces;

namespace Mesh.Silo.Admin.Preconditions;

/// <summary>An answer that shows one entity, with its entity tag.</summary>
internal static class EntityAnswer
{
    public const string TagHeader = "ETag";

    public static AdminAnswer Of(int status, byte[]? document, long? revision = null) => new(status, document, Revision: revision)
    {
        Headers = document is null ? [] : [new(TagHeader, $"\"{EntityTag.Of(document)}\"")],
    };
}
