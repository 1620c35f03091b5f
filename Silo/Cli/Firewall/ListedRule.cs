namespace Mesh.Silo.Cli.Firewall;

/// <summary>A rule as the kernel's tools list it, without counts.</summary>
/// <param name="Place">Chain, with the family where each has its own; or what else is listed, such as routes.</param>
internal sealed record ListedRule(string Place, string Text)
{
    public override string ToString() => $"{Place}: {Text}";

    /// <summary>Of <c>nft -s list table</c>: chains with one rule, or the chain's own line, on each line.</summary>
    public static IEnumerable<ListedRule> OfNftables(string listing)
    {
        string? chain = null;
        foreach (string line in Lines(listing))
        {
            if (line.StartsWith("chain ", StringComparison.Ordinal) && line.EndsWith('{'))
            {
                chain = line["chain ".Length..^1].Trim();
            }
            else if (chain is not null && line is not "}")
            {
                yield return new ListedRule(chain, line);
            }
        }
    }

    /// <summary>Of <c>iptables-save</c>: rules in Mesh's chains, and those that lead there.</summary>
    public static IEnumerable<ListedRule> OfIptables(string family, string listing) => Lines(listing)
        .Where(line => line.StartsWith("-A MESH-", StringComparison.Ordinal) || (line.StartsWith("-A ", StringComparison.Ordinal) && line.Contains(" -j MESH-", StringComparison.Ordinal)))
        .Select(line => line.Split(' ', 3))
        .Select(parts => new ListedRule($"{family} {parts[1]}", parts[2]));

    /// <summary>Of <c>ip rule</c> and <c>ip route</c>, the rules without their number.</summary>
    public static IEnumerable<ListedRule> OfRoutes(string family, string listing) => Lines(listing)
        .Select(line => new ListedRule($"{family} routing", char.IsAsciiDigit(line[0]) && line.Contains(":\t", StringComparison.Ordinal) ? line[(line.IndexOf('\t', StringComparison.Ordinal) + 1)..] : line));

    private static IEnumerable<string> Lines(string listing) => listing.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0);
}
