using Mesh.Abstractions.Configuration;

namespace Mesh.Edge.Sync.LastKnownGood;

/// <summary>What is still to be written: changes on top of what is on disk, or a whole configuration and changes on top of that.</summary>
internal sealed class PendingWrite
{
    private readonly long from;
    private readonly IReadOnlyList<IReadOnlyList<EntityChange>>? whole;
    private readonly Dictionary<(string Kind, Guid Id), EntityChange> latest = [];

    /// <param name="from">The revision that the changes start from.</param>
    /// <param name="whole">The configuration at <paramref name="from"/>, in parts; null: it is on disk.</param>
    public PendingWrite(long from, IReadOnlyList<IReadOnlyList<EntityChange>>? whole)
    {
        this.from = from;
        this.whole = whole;
        To = from;
    }

    public long To { get; private set; }

    public bool IsWhole => whole is not null;

    /// <returns>False when the changes do not follow upon what is here.</returns>
    public bool Add(long after, long to, IEnumerable<EntityChange> changes)
    {
        if (after != To)
        {
            return false;
        }

        foreach (EntityChange change in changes)
        {
            latest[(change.Kind, change.Id)] = change;
        }

        To = to;
        return true;
    }

    /// <summary>This, followed by what came later.</summary>
    public PendingWrite Then(PendingWrite later)
    {
        if (later.IsWhole)
        {
            return later;
        }

        _ = Add(To, later.To, later.latest.Values);
        return this;
    }

    /// <returns>False when the store cannot continue what it has: the whole is needed.</returns>
    public bool WriteTo(GenerationStore store)
    {
        if (whole is null)
        {
            return store.Append(from, To, latest.Values);
        }

        store.Write(To, whole.SelectMany(part => part)
            .Where(entity => !latest.ContainsKey((entity.Kind, entity.Id)))
            .Concat(latest.Values.Where(change => !change.IsDelete)));
        return true;
    }
}
