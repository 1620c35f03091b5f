using Mesh.Abstractions.Configuration;
using Orleans.Concurrency;

namespace Mesh.Abstractions.Grains;

/// <summary>A workspace's configuration (key: workspace name). The only writer of its commit log.</summary>
[Alias("mesh.IWorkspaceGrain")]
public interface IWorkspaceGrain : IGrainWithStringKey
{
    /// <summary>Validates and commits; an answer <see cref="CommitStatus.Committed"/> means durable.</summary>
    [Alias("Commit"), ResponseTimeout("00:02:00")]
    Task<CommitOutcome> Commit(CommitRequest request);

    /// <summary>Checks one entity against its schema alone (Kong's <c>/schemas/{kind}/validate</c>).</summary>
    [Alias("Validate"), AlwaysInterleave]
    Task<EntityProblem?> Validate(string kind, byte[] body);

    [Alias("Read"), AlwaysInterleave]
    Task<EntityReading> Read(string kind, string key, EntityParent? parent);

    [Alias("List"), AlwaysInterleave]
    Task<EntityPage> List(ListQuery query);

    /// <summary>A page of tags with the entities that carry them.</summary>
    [Alias("Tags"), AlwaysInterleave]
    Task<TagPage> Tags(TagQuery query);

    [Alias("Head"), AlwaysInterleave]
    Task<long> Head();

    /// <summary>Commits after <paramref name="revision"/>; waits up to <see cref="LongPoll.Wait"/> while there is none.</summary>
    [Alias("ReadAfter"), AlwaysInterleave]
    Task<ConfigDelta> ReadAfter(long revision);

    /// <summary>Pages of one consistent reading. <paramref name="revision"/> null starts a new reading at the head.</summary>
    /// <returns>Null when the reading named by <paramref name="revision"/> is gone: start again.</returns>
    [Alias("Snapshot"), AlwaysInterleave]
    Task<SnapshotPage?> Snapshot(long? revision, int page);
}
