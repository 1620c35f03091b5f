using Mesh.Abstractions.Configuration;

namespace Mesh.Grains.Log;

/// <summary>A commit without its documents.</summary>
/// <param name="Touched">The entities that it changed, in the order of its changes.</param>
internal sealed record CommitOutline(CommitHeader Header, EntityKey[] Touched);

internal readonly record struct EntityKey(string Kind, Guid Id);
