using Mesh.Abstractions.Configuration;

namespace Mesh.Grains.Workspaces;

/// <summary>What a request would do to the workspace as it stands.</summary>
/// <param name="Changes">At most one per entity, puts (parents before children) and then deletes (children before parents). Empty when all is as wanted, or when there are problems.</param>
/// <param name="Previous">Parallel to <paramref name="Changes"/>: each entity as it stood before, with a null document when it was absent.</param>
/// <param name="Results">One per mutation; empty when there are problems.</param>
/// <param name="Problems">Everything that is wrong, in the order of the mutations.</param>
internal sealed record PlannedCommit(EntityChange[] Changes, EntityChange[] Previous, EntityResult[] Results, EntityProblem[] Problems)
{
    public static PlannedCommit Nothing { get; } = new([], [], [], []);
}
