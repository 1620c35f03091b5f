using Mesh.Edge.Configuration;

namespace Mesh.Edge.Balancing;

/// <summary>Upstreams by name and their balancers. Balancers keep their state across revisions.</summary>
internal sealed class UpstreamTable
{
    public static UpstreamTable Empty { get; } = new();

    public UpstreamTable Apply(ConfigChanges changes, EntityStore after) => throw new NotImplementedException();
}
