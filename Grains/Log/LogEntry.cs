using Mesh.Abstractions.Configuration;

namespace Mesh.Grains.Log;

/// <summary>What the log keeps of a commit.</summary>
/// <param name="Previous">Parallel to the commit's changes: each entity as it stood before, with a null document when it was absent. Makes diff and revert O(change).</param>
/// <param name="Results">What became of each mutation, for a writer that repeats its request.</param>
internal sealed record LogEntry(Commit Commit, EntityChange[] Previous, EntityMark[] Results);

/// <summary>An <see cref="EntityResult"/> without its document.</summary>
internal readonly record struct EntityMark(string Kind, Guid Id, bool Created, bool Existed);
