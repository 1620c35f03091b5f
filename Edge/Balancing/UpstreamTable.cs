using System.Collections.Immutable;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Collections;
using Mesh.Edge.Configuration;

namespace Mesh.Edge.Balancing;

/// <summary>Upstreams by name and their balancers. Balancers keep their state across revisions.</summary>
internal sealed class UpstreamTable
{
    private readonly ShardedMap<Guid, UpstreamBalancer> byId;
    private readonly ShardedMap<string, UpstreamBalancer> byName;

    private UpstreamTable(ShardedMap<Guid, UpstreamBalancer> byId, ShardedMap<string, UpstreamBalancer> byName)
    {
        this.byId = byId;
        this.byName = byName;
    }

    public static UpstreamTable Empty { get; } = new(
        ShardedMap<Guid, UpstreamBalancer>.Create(), ShardedMap<string, UpstreamBalancer>.Create(StringComparer.OrdinalIgnoreCase));

    /// <summary>The upstream that a service's host names; null when it is a plain host.</summary>
    public UpstreamBalancer? Find(string host) => byName.Count == 0 ? null : byName.GetValueOrDefault(host);

    public UpstreamTable Apply(ConfigChanges changes, EntityStore after)
    {
        HashSet<Guid> touched = Touched(changes);
        if (touched.Count == 0)
        {
            return this;
        }

        ShardedMap<Guid, UpstreamBalancer>.Builder ids = byId.ToBuilder();
        ShardedMap<string, UpstreamBalancer>.Builder names = byName.ToBuilder();

        // All old names go before any new one comes: two upstreams may have exchanged theirs.
        foreach (Guid id in touched)
        {
            if (byId.TryGetValue(id, out UpstreamBalancer? before))
            {
                ids.Remove(id);
                names.Remove(before.Upstream.Name);
            }
        }

        foreach (Guid id in touched)
        {
            if (after.Upstreams.TryGetValue(id, out Upstream? upstream))
            {
                RotationPosition position = byId.GetValueOrDefault(id)?.Position ?? RotationPosition.Anywhere();
                var balancer = new UpstreamBalancer(upstream, RotationOf(id, changes, after), position);
                ids[id] = balancer;
                names[upstream.Name] = balancer;
            }
        }

        return new UpstreamTable(ids.Build(), names.Build());
    }

    private static HashSet<Guid> Touched(ConfigChanges changes)
    {
        HashSet<Guid> touched = [.. changes.Upstreams.Select(change => change.Id)];
        foreach (Changed<Target> change in changes.Targets)
        {
            if (change.Before is { } before)
            {
                touched.Add(before.Upstream.Id);
            }

            if (change.After is { } target)
            {
                touched.Add(target.Upstream.Id);
            }
        }

        return touched;
    }

    private static Rotation RotationOf(Guid upstream, ConfigChanges changes, EntityStore after)
    {
        ImmutableHashSet<Guid> ids = after.TargetsByUpstream.GetValueOrDefault(upstream) ?? [];
        List<(TargetAddress Address, int Weight)> targets = new(ids.Count);
        foreach (Target target in ids.Select(after.Targets.GetValueOrDefault).OfType<Target>().OrderBy(target => target.Address, StringComparer.Ordinal))
        {
            if (TargetAddress.TryParse(target.Address, out TargetAddress? address))
            {
                targets.Add((address, target.Weight));
            }
            else
            {
                changes.Revisit(EntityKinds.Targets, target.Id);
                changes.Refuse(EntityKinds.Targets, target.Id, $"'{target.Address}' is not a host and port");
            }
        }

        return Rotation.Of(targets);
    }
}
