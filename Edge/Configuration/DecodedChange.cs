using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Entities;

namespace Mesh.Edge.Configuration;

/// <summary>A change as the edit takes it.</summary>
/// <param name="Digest">Of its document; 0 for a deletion.</param>
/// <param name="IsDecoded">False when the document stood there before, so that nobody needs it.</param>
/// <param name="Entity">Null for a deletion and for what cannot be decoded.</param>
/// <param name="Problem">Why it cannot be decoded.</param>
internal readonly record struct DecodedChange(EntityChange Change, UInt128 Digest, bool IsDecoded, Entity? Entity, string? Problem);
