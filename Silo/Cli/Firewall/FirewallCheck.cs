using System.Net;
using System.Text.Json;
using Mesh.Silo.Cli.Client;
using Mesh.Silo.Firewall;
using Mesh.Silo.Firewall.Formats;

namespace Mesh.Silo.Cli.Firewall;

/// <summary><c>mesh firewall --check</c>: what the kernel of this host has against what the configuration wants.</summary>
internal static class FirewallCheck
{
    /// <param name="format">Which rules are looked at: nftables or iptables.</param>
    public static async Task<int> Run(ClientContext context, string format, string query, CancellationToken cancel)
    {
        if (FirewallFormat.Find(format) is not { } looked || (looked != FirewallFormat.Nftables && looked != FirewallFormat.Iptables))
        {
            throw new ClientFailure("--check looks at the rules of --format nftables or iptables");
        }

        AdminReply plan = await FirewallCommand.Plan(context, query, cancel);
        bool diverting = plan.Body.GetProperty("diverts").GetArrayLength() > 0 || plan.Body.GetProperty("returns_to_sources").GetBoolean();
        KernelRules kernel = new(looked);
        IReadOnlyList<ListedRule> wanted = await kernel.Wanted(await FirewallCommand.Fetch(context, format, query, cancel), diverting, cancel);
        IReadOnlyList<ListedRule> actual = await kernel.Actual(cancel);

        string[] lines =
        [
            .. OpenDoors(plan.Body.GetProperty("doors"), wanted, actual),
            .. Without(wanted, actual).Select(rule => $"- missing: {rule}"),
            .. Without(actual, wanted).Select(rule => $"+ not wanted: {rule}"),
        ];
        if (lines.Length == 0 && !wanted.SequenceEqual(actual))
        {
            lines = ["~ the rules are those that are wanted, in another order"];
        }

        foreach (string line in lines)
        {
            await context.Output.WriteLineAsync(line);
        }

        await context.Output.WriteLineAsync(lines.Length == 0
            ? $"The rules are as wanted at revision {plan.Revision}."
            : $"The rules are not those of revision {plan.Revision}: load what mesh firewall --format {format} prints.");
        return lines.Length == 0 ? ExitCodes.Success : ExitCodes.Differences;
    }

    /// <summary>What is to be narrower than it is comes first: the rest is untidy, this is open.</summary>
    private static IEnumerable<string> OpenDoors(JsonElement doors, IReadOnlyList<ListedRule> wanted, IReadOnlyList<ListedRule> actual)
    {
        foreach (JsonElement door in doors.EnumerateArray().Where(door => !door.GetProperty("local").GetBoolean()))
        {
            string address = door.GetProperty("address").GetString()!;
            string protocol = door.GetProperty("protocol").GetString()!;
            int port = door.GetProperty("port").GetInt32();
            string[] open = [.. Families(address).Where(family => new StrangerWalk(family, Own(address), protocol, port) is var walk && walk.GetsIn(actual) && !walk.GetsIn(wanted))];
            if (open.Length > 0)
            {
                string who = door.GetProperty("sources") is { ValueKind: JsonValueKind.Array } sources && sources.GetArrayLength() > 0
                    ? string.Join(", ", sources.EnumerateArray().Select(source => source.GetString()))
                    : "nobody beyond the machine";
                yield return $"! open to everybody over {string.Join(" and ", open)}: {protocol} {port} ({SafeText.Of(door.GetProperty("name").GetString()!)}), wanted: {who}";
            }
        }
    }

    private static string[] Families(string address) =>
        address == "*" ? ["IPv4", "IPv6"] : address.Contains(':', StringComparison.Ordinal) ? ["IPv6"] : ["IPv4"];

    private static string? Own(string address) =>
        IPAddress.TryParse(address, out IPAddress? one) && !one.Equals(IPAddress.Any) && !one.Equals(IPAddress.IPv6Any) ? one.ToString() : null;

    private static IEnumerable<ListedRule> Without(IReadOnlyList<ListedRule> rules, IReadOnlyList<ListedRule> others)
    {
        Dictionary<ListedRule, int> left = others.CountBy(rule => rule).ToDictionary();
        foreach (ListedRule rule in rules)
        {
            if (left.GetValueOrDefault(rule) > 0)
            {
                left[rule]--;
            }
            else
            {
                yield return rule;
            }
        }
    }
}
