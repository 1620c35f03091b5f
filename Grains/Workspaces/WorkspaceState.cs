using Mesh.Abstractions.Configuration;
using Mesh.Grains.Schemas;

namespace Mesh.Grains.Workspaces;

/// <summary>The entities of one workspace with their indexes. Single-threaded: owned by the workspace's grain.</summary>
internal sealed class WorkspaceState(EntitySchemas schemas)
{
    private readonly EntitySchemas schemas = schemas;

    /// <summary>Of the last <see cref="Apply"/>; 0 when empty.</summary>
    public long Revision { get; private set; }

    /// <summary>What the request would change, checked over the whole change set. Alters nothing.</summary>
    public PlannedCommit Plan(CommitRequest request, DateTimeOffset now) => throw new NotImplementedException();

    /// <summary>Takes a durable commit (or a page of a snapshot, on activation) over.</summary>
    public void Apply(long revision, IReadOnlyList<EntityChange> changes) => throw new NotImplementedException();

    public EntityReading Read(string kind, string key, EntityParent? parent) => throw new NotImplementedException();

    public EntityPage List(ListQuery query) => throw new NotImplementedException();

    /// <summary>All entities as puts, parents before children; the documents are shared, not copied.</summary>
    public IReadOnlyList<EntityChange> Capture() => throw new NotImplementedException();

    /// <summary>Checks a body against its schema alone; null when it is good.</summary>
    public EntityProblem? Validate(string kind, byte[] body) => throw new NotImplementedException();
}
