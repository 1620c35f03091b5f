namespace Mesh.Edge.Balancing;

/// <summary>
/// Smooth weighted round-robin, worked out once: over one cycle every target comes up as often as its weight says, spread
/// as evenly as it can be. Taking the next one is one atomic increment.
/// </summary>
internal sealed class Rotation
{
    /// <summary>
    /// Longest cycle, in turns. Weights whose sum (divided by their common divisor) is larger are scaled down to it; no
    /// target falls out.
    /// </summary>
    public const int MaxCycle = 4096;

    private readonly TargetAddress[] cycle;

    private Rotation(TargetAddress[] cycle) => this.cycle = cycle;

    public static Rotation Empty { get; } = new([]);

    public int CycleLength => cycle.Length;

    /// <param name="targets">In an order that does not depend on chance; weight 0 is out of rotation.</param>
    public static Rotation Of(IEnumerable<(TargetAddress Address, int Weight)> targets)
    {
        (TargetAddress Address, int Weight)[] live = [.. targets.Where(target => target.Weight > 0)];
        if (live.Length == 0)
        {
            return Empty;
        }

        int[] weights = Reduce([.. live.Select(target => target.Weight)]);
        if (weights.All(weight => weight == 1))
        {
            return new Rotation([.. live.Select(target => target.Address)]);
        }

        int total = weights.Sum();
        int[] credit = new int[weights.Length];
        var cycle = new TargetAddress[total];
        for (int turn = 0; turn < total; turn++)
        {
            int best = 0;
            for (int i = 0; i < credit.Length; i++)
            {
                credit[i] += weights[i];
                if (credit[i] > credit[best])
                {
                    best = i;
                }
            }

            credit[best] -= total;
            cycle[turn] = live[best].Address;
        }

        return new Rotation(cycle);
    }

    /// <summary>The target whose turn it is; null when none is in rotation.</summary>
    public TargetAddress? Next(RotationPosition position) =>
        cycle.Length == 0 ? null : cycle[position.Next() % (ulong)cycle.Length];

    /// <summary>The target that <see cref="Next"/> would give; nothing moves.</summary>
    public TargetAddress? Peek(RotationPosition position) => cycle.Length == 0 ? null : cycle[position.Coming % (ulong)cycle.Length];

    /// <summary>Turns of each target in one cycle.</summary>
    public IReadOnlyDictionary<TargetAddress, int> Turns() => cycle.CountBy(address => address).ToDictionary();

    /// <summary>
    /// A target that <paramref name="tried"/> does not hold; when all were tried, one that is not its last. From anywhere in
    /// the cycle: were it the next, one neighbour would bear a dead target's whole share, and were the turn used up, two
    /// targets would fall into step and every request would meet the dead one first.
    /// </summary>
    public TargetAddress? NextAfter(IReadOnlyList<TargetAddress> tried)
    {
        if (cycle.Length == 0)
        {
            return null;
        }

        int start = Random.Shared.Next(cycle.Length);
        TargetAddress? other = null;
        for (int i = 0; i < cycle.Length; i++)
        {
            TargetAddress candidate = cycle[(start + i) % cycle.Length];
            if (!tried.Contains(candidate))
            {
                return candidate;
            }

            other ??= ReferenceEquals(candidate, tried[^1]) ? null : candidate;
        }

        return other ?? cycle[start];
    }

    private static int[] Reduce(int[] weights)
    {
        int divisor = weights.Aggregate(GreatestCommonDivisor);
        long total = weights.Sum(weight => (long)(weight / divisor));
        int longest = Math.Max(MaxCycle, weights.Length);
        return total <= longest
            ? [.. weights.Select(weight => weight / divisor)]
            : [.. weights.Select(weight => (int)Math.Max(1, Math.Round((double)weight / divisor * longest / total)))];
    }

    private static int GreatestCommonDivisor(int a, int b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return a;
    }
}
