namespace Mesh.Silo.Firewall.Formats;

/// <summary>The first lines of every script, in comments that begin with <c>#</c>: what it follows from, and what to look at.</summary>
internal static class ScriptHead
{
    public static IEnumerable<string> Of(FirewallPlan plan, string use)
    {
        string scope = plan.Edge is { } edge ? $"host {SafeText.Of(edge)}" : "all hosts";
        yield return $"# Mesh: {scope} at revision {plan.Revision} of workspace {SafeText.Of(plan.Workspace)}. {use}";
        foreach (string warning in plan.Warnings)
        {
            yield return $"# Note: {Printable(warning)}";
        }
    }

    /// <summary>Warnings hold only names that <see cref="SafeText"/> let through; this line ends where it should all the same.</summary>
    public static string Printable(string text) => string.Concat(text.Select(c => c is >= ' ' and < '\u007f' ? c : '_'));
}
