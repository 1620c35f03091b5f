using System.Diagnostics.CodeAnalysis;

namespace Mesh.Abstractions.Configuration;

/// <summary>One entity put (<see cref="Document"/> is its canonical JSON, UTF-8) or deleted (<see cref="Document"/> is null).</summary>
/// <param name="Kind">Entity kind, see <see cref="EntityKinds"/>.</param>
/// <param name="Id">Primary key.</param>
/// <param name="Document">The whole entity after the change; never altered once made.</param>
[GenerateSerializer, Immutable, Alias("mesh.entity-change")]
public sealed record EntityChange(string Kind, Guid Id, byte[]? Document)
{
    [MemberNotNullWhen(false, nameof(Document))]
    public bool IsDelete => Document is null;
}
