using System.Globalization;

namespace Mesh.Silo.Cli.Firewall;

/// <summary>
/// Walks a new connection of an address that is named nowhere through Mesh's chain, as far as the rules there are of the kind that Mesh
/// writes. A rule with other conditions may hold for the stranger or not: it neither opens nor closes a door.
/// </summary>
/// <param name="Family">IPv4 or IPv6.</param>
/// <param name="Destination">Address of this machine; null: one that no rule names.</param>
internal sealed record StrangerWalk(string Family, string? Destination, string Protocol, int Port)
{
    /// <summary>Words that a rule of a door may hold; what stands behind <c>comment</c> is not looked at.</summary>
    private static readonly HashSet<string> Known =
    [
        "meta", "nfproto", "ipv4", "ipv6", "ip", "ip6", "daddr", "dport", "tcp", "udp", "flags", "syn", "/", "fin,syn,rst,ack", "counter", "accept", "drop", "reject",
        "-p", "-d", "-m", "-j", "--dport", "--tcp-flags", "FIN,SYN,RST,ACK", "SYN", "ACCEPT", "DROP", "REJECT", "RETURN", "{", "}",
    ];

    /// <summary>Whether nothing in these rules keeps the stranger out.</summary>
    public bool GetsIn(IReadOnlyList<ListedRule> rules)
    {
        bool nftables = rules.Any(rule => rule.Place == "input");
        ListedRule[] chain = [.. rules.Where(rule => rule.Place == (nftables ? "input" : $"{Family} MESH-IN"))];
        if (!nftables && !rules.Any(rule => rule.Place == $"{Family} INPUT" && rule.Text == "-j MESH-IN"))
        {
            return true;
        }

        foreach (ListedRule rule in chain)
        {
            string text = rule.Text.Split(" comment ")[0].Split(" -m comment ")[0];
            string verdict = rule.Text.Split(' ')[^1] is "ACCEPT" or "DROP" or "REJECT" or "RETURN" ? rule.Text.Split(' ')[^1] : text.Split(' ')[^1];
            if (rule.Text.Contains("policy drop", StringComparison.Ordinal))
            {
                return false;
            }

            if (Holds(text))
            {
                switch (verdict)
                {
                    case "accept" or "ACCEPT" or "RETURN":
                        return true;
                    case "drop" or "DROP" or "reject" or "REJECT":
                        return false;
                }
            }
        }

        return true;
    }

    private bool Holds(string rule)
    {
        string[] words = rule.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string otherFamily = Family == "IPv4" ? "ip6" : "ip";
        for (int i = 0; i < words.Length; i++)
        {
            string word = words[i];
            switch (word)
            {
                case "dport" or "--dport":
                    int end = Array.IndexOf(words, "}", i);
                    string[] ports = words[i + 1] == "{" && end > 0 ? words[(i + 2)..end] : [words[i + 1]];
                    if (!ports.Any(Covers))
                    {
                        return false;
                    }

                    i = words[i + 1] == "{" && end > 0 ? end : i + 1;
                    break;
                case "daddr" or "-d":
                    if (words[++i].Split('/')[0] != Destination)
                    {
                        return false;
                    }

                    break;
                case "nfproto":
                    if (!words[++i].Equals(Family, StringComparison.OrdinalIgnoreCase))
                    {
                        return false;
                    }

                    break;
                case "tcp" or "udp" when word != Protocol:
                    return false;
                case var _ when word == otherFamily || !Known.Contains(word):
                    return false;
            }
        }

        return true;
    }

    /// <summary>A port, or a range of them.</summary>
    private bool Covers(string ports)
    {
        string[] ends = ports.TrimEnd(',').Split('-', ':');
        return int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last)
            && Port >= first && Port <= last;
    }
}
