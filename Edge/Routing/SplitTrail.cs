namespace Mesh.Edge.Routing;

/// <summary>The dimensions by which a set and those above it are split: none is worth a second time.</summary>
internal sealed record SplitTrail(SplitDimension Dimension, SplitTrail? Above)
{
    public static bool Has(SplitTrail? trail, SplitDimension dimension) =>
        trail is not null && (trail.Dimension.Key == dimension.Key || Has(trail.Above, dimension));
}
