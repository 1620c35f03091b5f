using Mesh.Abstractions.Entities;

namespace Mesh.Edge.Balancing;

/// <summary>
/// An upstream at one revision and the choice among its targets. Every algorithm is served by weighted round-robin: this
/// is the place where another one chooses instead.
/// </summary>
internal sealed class UpstreamBalancer(Upstream upstream, Rotation rotation, RotationPosition position)
{
    public Upstream Upstream { get; } = upstream;

    /// <summary>Kept when the upstream changes.</summary>
    public RotationPosition Position { get; } = position;

    /// <summary>The target for a first try; null when no target can be used.</summary>
    public TargetAddress? Pick() => rotation.Next(Position);

    /// <summary>The target that <see cref="Pick"/> would give; nothing moves.</summary>
    public TargetAddress? Peek() => rotation.Peek(Position);

    /// <summary>Turns of each target that is in rotation, in one cycle of it.</summary>
    public IReadOnlyDictionary<TargetAddress, int> Turns() => rotation.Turns();

    /// <summary>The target for another try, not one of <paramref name="tried"/> if there is any other.</summary>
    public TargetAddress? PickAgain(IReadOnlyList<TargetAddress> tried) => rotation.NextAfter(tried);
}
