namespace Mesh.Edge.Balancing;

/// <summary>
/// How far an upstream's rotation has come. Belongs to the upstream, not to a revision, so that a change of configuration
/// does not start every edge at the first target again. Begins anywhere, so that a fleet of edges does not walk in step.
/// </summary>
internal sealed class RotationPosition(ulong start)
{
    private ulong next = start;

    public static RotationPosition Anywhere() => new((ulong)Random.Shared.NextInt64());

    /// <summary>What <see cref="Next"/> would give.</summary>
    public ulong Coming => Volatile.Read(ref next) + 1;

    public ulong Next() => Interlocked.Increment(ref next);
}
