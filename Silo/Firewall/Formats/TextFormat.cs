using System.Text;

namespace Mesh.Silo.Firewall.Formats;

/// <summary>Tables for people.</summary>
internal static class TextFormat
{
    /// <summary>Of one door; the rest is counted.</summary>
    private const int MaxShownSources = 4;

    public static string Write(FirewallPlan plan, FirewallOptions options)
    {
        StringBuilder text = new();
        text.Append($"{(plan.Edge is { } edge ? SafeText.Of(edge) : "All hosts")}, revision {plan.Revision} of workspace {SafeText.Of(plan.Workspace)}\n\n");
        Table(text, ["PORT", "ADDRESS", "WHAT", "WHO", "WHY", "WHERE"], plan.Doors.Select(door => new[]
        {
            $"{door.Protocol} {door.Port}", door.BothFamilies ? "*" : door.Address.ToString(), SafeText.Of(door.Title), Who(door), door.Reason,
            string.Join(", ", door.Hosts.Select(SafeText.Of)),
        }));
        if (plan.Diverts.Count > 0)
        {
            text.Append("\nDiverted (with the routes of --format routes)\n\n");
            Table(text, ["TO", "PORT", "LISTENER", "AT", "WHO"], plan.Diverts.Select(divert => new[]
            {
                divert.Destination is { } network ? Networks.Text(network) : divert.Family == System.Net.Sockets.AddressFamily.InterNetwork ? "any IPv4" : "any IPv6",
                $"{divert.Protocol} {divert.DestinationPort?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "any"}",
                SafeText.Of(divert.Listener), divert.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), Who(divert.Sources),
            }));
        }

        if (plan.Exits.Count > 0)
        {
            text.Append("\nConnects to\n\n");
            Table(text, ["HOST", "PORT", "WHY"], plan.Exits.Select(exit => new[] { ScriptHead.Printable(exit.Host), $"{exit.Protocol} {exit.Port}", exit.Reason }));
        }

        if (plan.Warnings.Count > 0)
        {
            text.Append("\nLook at\n\n");
            foreach (string warning in plan.Warnings)
            {
                text.Append($"- {ScriptHead.Printable(warning)}\n");
            }
        }

        return text.ToString();
    }

    private static string Who(Door door) => door.IsLocal ? "this machine" : Who(door.Sources);

    private static string Who(Networks? sources)
    {
        if (sources is null)
        {
            return "everybody";
        }

        IReadOnlyList<string> named = sources.Texts;
        return named.Count == 0 ? "nobody beyond the machine"
            : named.Count <= MaxShownSources ? string.Join(", ", named)
            : $"{string.Join(", ", named.Take(MaxShownSources))} and {named.Count - MaxShownSources} more";
    }

    private static void Table(StringBuilder text, string[] head, IEnumerable<string[]> rows)
    {
        string[][] all = [head, .. rows];
        int[] widths = [.. head.Select((_, column) => all.Max(row => row[column].Length))];
        foreach (string[] row in all)
        {
            text.Append(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()).Append('\n');
        }
    }
}
