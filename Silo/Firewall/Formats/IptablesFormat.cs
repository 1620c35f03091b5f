using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesh.Silo.Firewall.Formats;

/// <summary>
/// A shell script for iptables and ip6tables: chains of Mesh's own, each table and family replaced in one go, hooked in
/// before what is there. As with nftables no connection state is looked at.
/// </summary>
internal static class IptablesFormat
{
    public const string InputChain = "MESH-IN";
    public const string DivertChain = "MESH-DIVERT";
    public const string OutputChain = "MESH-OUT";

    private const string End = "MESH-RULES";
    private static readonly string Begin = $" <<'{End}'\n";
    private static readonly string Mark = $"0x{FirewallPlan.Mark:x}";

    public static string Write(FirewallPlan plan, FirewallOptions options)
    {
        StringBuilder script = new("#!/bin/sh\n");
        foreach (string line in ScriptHead.Of(plan, "Run it as root: sh FILE"))
        {
            script.Append(line).Append('\n');
        }

        script.Append("set -e\n");
        foreach ((string program, AddressFamily family) in new[] { ("iptables", AddressFamily.InterNetwork), ("ip6tables", AddressFamily.InterNetworkV6) })
        {
            Family(script, program, family, plan, options.EgressUser);
        }

        foreach (string command in RoutesFormat.Commands(plan.Diverting))
        {
            script.Append(command).Append('\n');
        }

        return script.ToString();
    }

    private static void Family(StringBuilder script, string program, AddressFamily family, FirewallPlan plan, string? user)
    {
        script.Append($"{program}-restore -w 10 --noflush{Begin}");
        if (plan.Diverting)
        {
            Table(script, "mangle", (DivertChain, Diversion(plan, family)));
        }

        Table(script, "filter", user is null ? [(InputChain, Input(plan, family))] : [(InputChain, Input(plan, family)), (OutputChain, Output(plan, family, user))]);
        script.Append(End).Append('\n');
        foreach (string command in Hooks(program, user is not null, plan.Diverting))
        {
            script.Append(command).Append('\n');
        }
    }

    /// <summary>What the script gives to <c>iptables-restore</c> and to <c>ip6tables-restore</c>: rules, no commands.</summary>
    public static (string V4, string V6) Rules(string script)
    {
        string[] parts = [.. script.Split(Begin).Skip(1).Select(part => part[..Math.Max(0, part.IndexOf($"{End}\n", StringComparison.Ordinal))])];
        return parts is [var v4, var v6] ? (v4, v6) : ("", "");
    }

    /// <summary>Commands that lead to the chains that are wanted; one that is not is unhooked, and then does nothing.</summary>
    public static IEnumerable<string> Hooks(string program, bool restricting, bool diverting) =>
    [
        Hook(program, "filter", "INPUT", InputChain, wanted: true),
        Hook(program, "filter", "OUTPUT", OutputChain, restricting),
        Hook(program, "mangle", "PREROUTING", DivertChain, diverting),
    ];

    private static void Table(StringBuilder script, string name, params (string Chain, IEnumerable<string> Rules)[] chains)
    {
        script.Append($"*{name}\n");
        foreach ((string chain, _) in chains)
        {
            script.Append($":{chain} - [0:0]\n");
        }

        foreach ((string chain, IEnumerable<string> rules) in chains)
        {
            foreach (string rule in rules)
            {
                script.Append($"-A {chain} {rule}\n");
            }
        }

        script.Append("COMMIT\n");
    }

    private static string Hook(string program, string table, string from, string chain, bool wanted) => wanted
        ? $"{program} -w 10 -t {table} -C {from} -j {chain} 2>/dev/null || {program} -w 10 -t {table} -I {from} -j {chain}"
        : $"{program} -w 10 -t {table} -D {from} -j {chain} 2>/dev/null || :";

    private static IEnumerable<string> Input(FirewallPlan plan, AddressFamily family)
    {
        yield return "-i lo -j RETURN";
        if (plan.Diverting)
        {
            yield return $"-m mark --mark {Mark} -j ACCEPT";
        }

        foreach (PacketRule rule in PacketRule.Of(plan.Doors).Where(rule => rule.Family == family))
        {
            string match = $"{Sources(rule.Sources)}{(rule.Destination is { } own ? $"-d {own} " : "")}{Protocol(rule.Udp)} --dport {rule.Port} ";
            yield return $"{match}{(rule.Accepts || rule.Udp ? "" : "--syn ")}{Note(rule.Note)} -j {(rule.Accepts ? "ACCEPT" : "DROP")}";
        }
    }

    private static IEnumerable<string> Diversion(FirewallPlan plan, AddressFamily family)
    {
        yield return "-i lo -j RETURN";
        foreach (string mine in new[] { "-p tcp ! --syn -m socket --transparent", "-p udp -m socket --transparent" })
        {
            yield return $"{mine} -j MARK --set-mark {Mark}";
            yield return $"{mine} -j ACCEPT";
        }

        foreach (Divert divert in plan.Diverts.Where(divert => divert.Family == family))
        {
            IReadOnlyList<IPNetwork>? sources = divert.Sources?.In(family);
            string to = divert.Destination is { PrefixLength: > 0 } network ? $"-d {Networks.Text(network)} " : "";
            string port = divert.DestinationPort is { } outside ? $"{Protocol(divert.Udp)} --dport {outside}" : $"{Protocol(divert.Udp)} -m addrtype ! --dst-type LOCAL";
            string note = Note($"to {SafeText.Of(divert.Listener)}");
            if (sources is not { Count: 0 })
            {
                string at = divert.AtWildcard ? "" : $" --on-ip {divert.At}";
                yield return $"{Sources(sources)}{to}{port} {note} -j TPROXY --on-port {divert.Port}{at} --tproxy-mark {Mark}";
            }

            if (sources is not null)
            {
                yield return $"{to}{port} {(divert.Udp ? "" : "--syn ")}{note} -j DROP";
            }
        }
    }

    private static IEnumerable<string> Output(FirewallPlan plan, AddressFamily family, string user)
    {
        yield return "-o lo -j RETURN";
        yield return $"-m owner ! --uid-owner {user} -j RETURN";
        foreach (IGrouping<(bool Udp, int Port, IPAddress? Address), Exit> places in plan.Exits
            .Where(exit => exit.Address is null || exit.Address.AddressFamily == family)
            .GroupBy(exit => (exit.Udp, exit.Port, exit.Address)))
        {
            (bool udp, int port, IPAddress? address) = places.Key;
            string note = SafeText.Of(string.Join(", ", places.Select(exit => address is null ? exit.Host : exit.Reason)));
            yield return $"{(address is null ? "" : $"-d {address} ")}{Protocol(udp)} --dport {port} {Note(note)} -j ACCEPT";
        }

        foreach (int port in plan.Doors.Where(door => door.Udp).Select(door => door.Port).Distinct().Order())
        {
            yield return $"-p udp --sport {port} {Note("answers")} -j ACCEPT";
        }

        yield return $"-p tcp --syn {Note("not in the configuration")} -j DROP";
        yield return $"-p udp {Note("not in the configuration")} -j DROP";
    }

    private static string Sources(IReadOnlyList<IPNetwork>? sources) =>
        sources is null || sources.Any(network => network.PrefixLength == 0) ? "" : $"-s {string.Join(',', sources.Select(Networks.Text))} ";

    private static string Protocol(bool udp) => udp ? "-p udp" : "-p tcp";

    private static string Note(string note) => $"-m comment --comment \"{note}\"";
}
