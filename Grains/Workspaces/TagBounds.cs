using Mesh.Abstractions.Configuration;

namespace Mesh.Grains.Workspaces;

/// <summary>
/// Holds a writer to entities that bear one of its tags: before the change, after it, and where it refers to. Plugins need
/// something to stand on, for one without would work on everybody's traffic.
/// </summary>
internal sealed class TagBounds(string[] tags, WorkspaceView view, Problems problems)
{
    public void Check()
    {
        foreach (var kind in view.Kinds)
        {
            foreach (var (id, planned) in kind.Planned)
            {
                if (kind.Table.Find(id) is { } before && !IsOurs(kind, before))
                {
                    problems.OutOfBounds(planned.Mutation, $"this {kind.Schema.Kind} entity bears none of the tags that you are bound to");
                }
                else if (planned.Document is { } after)
                {
                    CheckWritten(kind, after, planned.Mutation);
                }
            }
        }
    }

    private void CheckWritten(KindView kind, byte[] document, int mutation)
    {
        if (!IsOurs(kind, document))
        {
            problems.OutOfBounds(mutation, $"you are bound to tags, and {kind.Schema.Kind} entities that you write must bear one: {string.Join(", ", tags)}");
            return;
        }

        var foreign = kind.Layout.Read(document).Foreign;
        for (var i = 0; i < foreign.Length; i++)
        {
            if (foreign[i] is { } id && view.Find(kind.Layout.Foreign[i].Reference!) is { } parent && parent.Find(id) is { } referred && !IsOurs(parent, referred))
            {
                problems.OutOfBounds(mutation, $"{kind.Layout.Foreign[i].Name} bears none of the tags that you are bound to");
            }
        }

        if (kind.Schema.Kind == EntityKinds.Plugins && Array.TrueForAll(foreign, id => id is null))
        {
            problems.OutOfBounds(mutation, "you are bound to tags, and a plugin without a service, route or consumer would work on all traffic");
        }
    }

    private bool IsOurs(KindView kind, byte[] document) => Array.Exists(kind.Layout.Read(document).Tags, tags.Contains);
}
