using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Grains.Schemas;
using Mesh.Grains.Secrets;
using Mesh.Grains.Validation;
using Mesh.Grains.Workspaces.Indexes;

namespace Mesh.Grains.Workspaces;

/// <summary>
/// Works out what one request would change. Mutations take effect one after the other on a view; references, uniqueness and
/// deletions are judged once, on the view after the last.
/// </summary>
internal sealed class ChangePlanner
{
    private readonly CommitRequest request;
    private readonly WorkspaceView view;
    private readonly Problems problems;
    private readonly FailedEntities failed = new();
    private readonly EntityResult[] results;
    private readonly MutationWriter writer;

    public ChangePlanner(IEnumerable<KindTable> tables, EntityValidator validator, MaskedSecrets secrets, CommitRequest request, DateTimeOffset now)
    {
        this.request = request;
        view = new WorkspaceView(tables);
        problems = new Problems(request.Mutations);
        results = new EntityResult[request.Mutations.Length];
        writer = new MutationWriter(view, validator, secrets, problems, failed, now, request.ReplaceAll);
    }

    public PlannedCommit Plan()
    {
        foreach (var index in Order())
        {
            PlanMutation(index);
        }

        if (request.ReplaceAll)
        {
            DeleteUnnamed();
        }

        new ConsistencyChecks(view, problems, failed).Run();
        if (!problems.Any && request.OnlyTags is { Length: > 0 } tags)
        {
            new TagBounds(tags, view, problems).Check();
        }

        if (problems.Any)
        {
            return new PlannedCommit([], [], [], problems.ToArray());
        }

        ShowSnis();
        var (changes, previous) = Changes();
        return new PlannedCommit(changes, previous, results, []);
    }

    /// <summary>A document may name children before their parents.</summary>
    private IEnumerable<int> Order()
    {
        var all = Enumerable.Range(0, request.Mutations.Length);
        if (!request.ReplaceAll)
        {
            return all;
        }

        var rank = view.Kinds.Select((kind, at) => (kind.Schema.Kind, at)).ToDictionary();
        return all.OrderBy(index => rank.GetValueOrDefault(request.Mutations[index].Kind));
    }

    private void PlanMutation(int index)
    {
        var mutation = request.Mutations[index];
        if (view.Find(mutation.Kind) is not { } kind)
        {
            problems.UnknownKind(index, mutation.Kind);
            return;
        }

        (string Field, Guid Id)? parent = null;
        if (mutation.Parent is { } named)
        {
            if (!WorkspaceView.Accepts(kind, named) || (view.LocateParent(named) ?? failed.Find(named.Kind, named.Key)) is not { } id)
            {
                problems.NotFound(index, named.Key, view.Find(named.Kind)?.Schema);
                return;
            }

            parent = (named.Field, id);
        }

        if (mutation.Verb == MutationVerb.Delete)
        {
            results[index] = Delete(index, kind, mutation.Key, parent);
        }
        else if (writer.Write(index, kind, mutation, parent) is { } result)
        {
            results[index] = result;
        }
    }

    private EntityResult Delete(int index, KindView kind, string? key, (string Field, Guid Id)? parent)
    {
        if (key is null || view.Locate(kind, key, parent) is not { } id)
        {
            if (parent is not null)
            {
                problems.NotFound(index, key ?? "", kind.Schema);
            }

            return new EntityResult(kind.Schema.Kind, Guid.Empty, Created: false, Existed: false, null);
        }

        DeleteWithChildren(kind, id, index);
        return new EntityResult(kind.Schema.Kind, id, Created: false, Existed: true, null);
    }

    private void DeleteWithChildren(KindView kind, Guid id, int index)
    {
        kind.Set(id, null, index);
        foreach (var (children, foreign, field) in view.ReferrersOf(kind.Schema.Kind))
        {
            if (field.Cascade)
            {
                foreach (var child in children.Children(foreign, id))
                {
                    DeleteWithChildren(children, child, index);
                }
            }
        }
    }

    private void DeleteUnnamed()
    {
        foreach (var kind in view.Kinds)
        {
            foreach (var id in kind.Table.Ids.From(default))
            {
                if (!kind.Planned.ContainsKey(id))
                {
                    kind.Set(id, null, -1);
                }
            }
        }
    }

    private void ShowSnis()
    {
        for (var i = 0; i < results.Length; i++)
        {
            if (results[i] is { Kind: EntityKinds.Certificates, Document: { } document })
            {
                results[i] = results[i] with { Document = CertificateView.WithSnis(document, view.SnisOf(results[i].Id)) };
            }
        }
    }

    private (EntityChange[] Changes, EntityChange[] Previous) Changes()
    {
        var changes = new List<EntityChange>();
        var previous = new List<EntityChange>();
        foreach (var kind in view.Kinds)
        {
            Collect(kind, deletes: false);
        }

        foreach (var kind in view.Kinds.Reverse())
        {
            Collect(kind, deletes: true);
        }

        return ([.. changes], [.. previous]);

        void Collect(KindView kind, bool deletes)
        {
            foreach (var (id, planned) in kind.Planned)
            {
                var before = kind.Table.Find(id);
                if (planned.Document is null == deletes && !ReferenceEquals(planned.Document, before)
                    && !(planned.Document is { } document && before is not null && document.AsSpan().SequenceEqual(before)))
                {
                    changes.Add(new EntityChange(kind.Schema.Kind, id, planned.Document));
                    previous.Add(new EntityChange(kind.Schema.Kind, id, before));
                }
            }
        }
    }
}
