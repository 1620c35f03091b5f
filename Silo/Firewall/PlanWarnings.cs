namespace Mesh.Silo.Firewall;

/// <summary>What somebody should look at, each told once; beyond a bound they are only counted.</summary>
internal sealed class PlanWarnings
{
    private const int MaxWarnings = 100;

    private readonly HashSet<string> told = new(StringComparer.Ordinal);
    private readonly List<string> shown = [];

    public IReadOnlyList<string> All => told.Count > shown.Count ? [.. shown, $"and {told.Count - shown.Count} more"] : shown;

    /// <param name="warning">Names in it have passed <see cref="SafeText"/>.</param>
    public void Add(string warning)
    {
        if (told.Add(warning) && shown.Count < MaxWarnings)
        {
            shown.Add(warning);
        }
    }
}
