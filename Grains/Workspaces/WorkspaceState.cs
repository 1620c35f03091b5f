using Mesh.Abstractions.Configuration;
using Mesh.Grains.Schemas;
using Mesh.Grains.Secrets;
using Mesh.Grains.Validation;
using Mesh.Grains.Workspaces.Indexes;

namespace Mesh.Grains.Workspaces;

/// <summary>The entities of one workspace with their indexes. Single-threaded: owned by the workspace's grain.</summary>
internal sealed class WorkspaceState
{
    private readonly EntitySchemas schemas;
    private readonly EntityValidator validator;
    private readonly MaskedSecrets secrets;
    private readonly KindTable[] tables;
    private readonly Dictionary<string, KindTable> byKind;
    private readonly WorkspaceView current;

    public WorkspaceState(EntitySchemas schemas)
    {
        this.schemas = schemas;
        validator = new EntityValidator(schemas);
        secrets = new MaskedSecrets(schemas);
        tables = [.. schemas.All.Select(schema => new KindTable(schema))];
        byKind = tables.ToDictionary(table => table.Schema.Kind);
        current = new WorkspaceView(tables);
    }

    /// <summary>Of the last <see cref="Apply"/>; 0 when empty.</summary>
    public long Revision { get; private set; }

    public int EntityCount => tables.Sum(table => table.Ids.Count);

    /// <summary>Of all canonical documents.</summary>
    public long DocumentBytes => tables.Sum(table => table.DocumentBytes);

    /// <summary>What the request would change, checked over the whole change set. Alters nothing.</summary>
    public PlannedCommit Plan(CommitRequest request, DateTimeOffset now) => new ChangePlanner(tables, validator, secrets, request, now).Plan();

    /// <summary>Takes a durable commit (or a page of a snapshot, on activation) over.</summary>
    public void Apply(long revision, IReadOnlyList<EntityChange> changes)
    {
        foreach (var change in changes)
        {
            // A kind from a newer silo stays in the log for whoever knows it.
            if (!byKind.TryGetValue(change.Kind, out var table))
            {
                continue;
            }

            if (change.IsDelete)
            {
                table.Remove(change.Id);
            }
            else
            {
                table.Put(change.Id, change.Document);
            }
        }

        Revision = revision;
    }

    public EntityReading Read(string kind, string key, EntityParent? parent)
    {
        (string Field, Guid Id)? owner = null;
        if (parent is not null)
        {
            if (current.Find(kind) is not { } children || !WorkspaceView.Accepts(children, parent) || current.LocateParent(parent) is not { } id)
            {
                return new EntityReading(Revision, Guid.Empty, null, ParentMissing: true);
            }

            owner = (parent.Field, id);
        }

        return current.Find(kind) is { } view && current.Locate(view, key, owner) is { } found
            ? new EntityReading(Revision, found, Show(view, found))
            : new EntityReading(Revision, Guid.Empty, null);
    }

    public bool Meets(EntityCondition condition) =>
        Read(condition.Kind, condition.Key, condition.Parent).Document is { } document
        && (condition.Tags.Length == 0 || condition.Tags.Contains(EntityTag.Of(document)));

    public EntityPage List(ListQuery query)
    {
        if (current.Find(query.Kind) is not { } kind)
        {
            return new EntityPage(Revision, [], null);
        }

        return EntityLister.Page(current, kind, query) is { } page
            ? new EntityPage(Revision, [.. page.Ids.Select(id => Show(kind, id))], page.Next)
            : new EntityPage(Revision, [], null, ParentMissing: true);
    }

    public TagPage Tags(TagQuery query)
    {
        var (page, next) = TagLister.Page(tables, query);
        return new TagPage(Revision, [.. page], next);
    }

    /// <summary>All entities as puts, parents before children; the documents are shared, not copied.</summary>
    public IReadOnlyList<EntityChange> Capture()
    {
        var all = new List<EntityChange>(tables.Sum(table => table.Ids.Count));
        foreach (var table in tables)
        {
            foreach (var id in table.Ids.From(default))
            {
                all.Add(new EntityChange(table.Schema.Kind, id, table.Find(id)));
            }
        }

        return all;
    }

    /// <summary>Checks a body against its schema alone; null when it is good.</summary>
    public EntityProblem? Validate(string kind, byte[] body)
    {
        if (schemas.Find(kind) is not { } schema)
        {
            return new EntityProblem(0, null, ProblemCode.InvalidOptions, $"unknown entity kind '{kind}'", null);
        }

        if (JsonBody.Parse(body, out var reason) is not { } entity)
        {
            return new EntityProblem(0, null, ProblemCode.SchemaViolation, $"Cannot parse JSON body: {reason}", null);
        }

        var errors = new ErrorTree();
        validator.Expand(schema, entity, errors);
        validator.Normalize(schema, entity, resolve: null, errors, out _);
        return errors.IsEmpty ? null : errors.ToProblem(0, null);
    }

    private byte[] Show(KindView kind, Guid id) => kind.Schema.Kind == EntityKinds.Certificates
        ? CertificateView.WithSnis(kind.Find(id)!, current.SnisOf(id))
        : kind.Find(id)!;
}
