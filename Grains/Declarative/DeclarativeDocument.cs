using Mesh.Abstractions.Configuration;
using Mesh.Grains.Schemas;

namespace Mesh.Grains.Declarative;

/// <summary>Kong's declarative format 3.0, JSON or YAML.</summary>
public static class DeclarativeDocument
{
    /// <summary>Longest document that is read, in characters.</summary>
    public const int MaxLength = 256 * 1024 * 1024;

    /// <summary>
    /// The puts that make a workspace equal to the document (a commit with <c>ReplaceAll</c>). Problems carry code 14 and the
    /// place; problems of single entities show when the commit is planned.
    /// </summary>
    public static (Mutation[] Mutations, EntityProblem[] Problems) Read(string text, EntitySchemas schemas, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>A whole workspace (all its entities as puts) as one document with flat arrays and ids.</summary>
    public static byte[] Export(IEnumerable<EntityChange> entities, EntitySchemas schemas, DeclarativeFormat format) =>
        throw new NotImplementedException();
}
