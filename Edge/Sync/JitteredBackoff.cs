namespace Mesh.Edge.Sync;

/// <summary>Delays that double up to a limit, each shortened at random by up to half, so that many edges do not come back at one instant.</summary>
internal sealed class JitteredBackoff
{
    private readonly TimeSpan first;
    private readonly TimeSpan longest;
    private TimeSpan next;

    public JitteredBackoff(TimeSpan first, TimeSpan longest)
    {
        this.first = first;
        this.longest = longest;
        next = first;
    }

    public TimeSpan Next()
    {
        TimeSpan delay = next * (1 - (Random.Shared.NextDouble() / 2));
        next = next * 2 < longest ? next * 2 : longest;
        return delay;
    }

    public void Reset() => next = first;
}
