using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesh.Silo.Firewall.Formats;

/// <summary>
/// A script for <c>nft -f</c>: one table of Mesh's own, replaced as a whole in one transaction. It looks at no connection
/// state: what refuses TCP refuses new connections, so that those that are there go on.
/// </summary>
internal static class NftablesFormat
{
    public const string Table = "inet mesh";

    private const string NewConnection = "tcp flags & (fin | syn | rst | ack) == syn ";
    private const string Established = "tcp flags & (fin | syn | rst | ack) != syn ";

    public static string Write(FirewallPlan plan, FirewallOptions options)
    {
        StringBuilder script = new();
        foreach (string line in ScriptHead.Of(plan, "Load it with: nft -f FILE"))
        {
            script.Append(line).Append('\n');
        }

        if (plan.Diverting)
        {
            script.Append("# What is diverted needs the routes of: mesh firewall --format routes\n");
        }

        script.Append($"table {Table}\ndelete table {Table}\ntable {Table} {{\n");
        Chain(script, "input", "filter hook input priority filter", Input(plan));
        if (plan.Diverting)
        {
            Chain(script, "divert", "filter hook prerouting priority mangle", Diversion(plan));
        }

        if (options.EgressUser is { } user)
        {
            Chain(script, "output", "filter hook output priority filter", Output(plan, user));
        }

        return script.Append("}\n").ToString();
    }

    private static void Chain(StringBuilder script, string name, string hook, IEnumerable<string> rules)
    {
        script.Append($"  chain {name} {{\n    type {hook}; policy accept;\n");
        foreach (string rule in rules)
        {
            script.Append("    ").Append(rule).Append('\n');
        }

        script.Append("  }\n");
    }

    private static IEnumerable<string> Input(FirewallPlan plan)
    {
        yield return "iifname \"lo\" accept";
        if (plan.Diverting)
        {
            yield return $"meta mark {FirewallPlan.Mark} accept comment \"diverted, looked at there\"";
        }

        foreach (PacketRule rule in PacketRule.Of(plan.Doors))
        {
            string match = Match(rule.Family, rule.Sources, rule.Destination is { } own ? new IPNetwork(own, own.GetAddressBytes().Length * 8) : null);
            yield return $"{match}{Protocol(rule.Udp)} dport {rule.Port} {Verdict(rule.Udp, rule.Accepts)} comment \"{rule.Note}\"";
        }
    }

    private static IEnumerable<string> Diversion(FirewallPlan plan)
    {
        yield return "iifname \"lo\" accept";
        string marked = $"meta mark set {FirewallPlan.Mark} accept";
        yield return $"{Established}socket transparent 1 socket wildcard 0 {marked}";
        yield return $"meta l4proto udp socket transparent 1 socket wildcard 0 {marked}";
        foreach (Divert divert in plan.Diverts)
        {
            IReadOnlyList<IPNetwork>? sources = divert.Sources?.In(divert.Family);
            string port = divert.DestinationPort is { } outside ? $"{divert.Protocol} dport {outside} " : $"meta l4proto {divert.Protocol} fib daddr type != local ";
            string note = $"comment \"to {SafeText.Of(divert.Listener)}\"";
            string place = divert.AtWildcard ? "" : divert.Family == AddressFamily.InterNetworkV6 ? $"[{divert.At}]" : $"{divert.At}";
            if (sources is not { Count: 0 })
            {
                yield return $"{Match(divert.Family, sources, divert.Destination)}{port}tproxy {Ip(divert.Family)} to {place}:{divert.Port} {marked} {note}";
            }

            if (sources is not null)
            {
                yield return $"{Match(divert.Family, null, divert.Destination)}{port}{Verdict(divert.Udp, accepts: false)} {note}";
            }
        }
    }

    /// <summary>New connections and datagrams of that user; answers on connections that came in are neither, those to datagrams go by their port.</summary>
    private static IEnumerable<string> Output(FirewallPlan plan, string user)
    {
        yield return "oifname \"lo\" accept";
        yield return $"meta skuid != {(char.IsAsciiDigit(user[0]) ? user : $"\"{user}\"")} accept";
        foreach (IGrouping<(bool Udp, int Port, IPAddress? Address), Exit> places in plan.Exits.GroupBy(exit => (exit.Udp, exit.Port, exit.Address)))
        {
            (bool udp, int port, IPAddress? address) = places.Key;
            string match = address is null ? "" : $"{Ip(address.AddressFamily)} daddr {address} ";
            yield return $"{match}{Protocol(udp)} dport {port} accept comment \"{SafeText.Of(string.Join(", ", places.Select(exit => address is null ? exit.Host : exit.Reason)))}\"";
        }

        foreach (int port in plan.Doors.Where(door => door.Udp).Select(door => door.Port).Distinct().Order())
        {
            yield return $"udp sport {port} accept comment \"answers\"";
        }

        yield return $"{NewConnection}counter drop comment \"not in the configuration\"";
        yield return "meta l4proto udp counter drop comment \"not in the configuration\"";
    }

    private static string Match(AddressFamily family, IReadOnlyList<IPNetwork>? sources, IPNetwork? destination)
    {
        string from = sources is null || sources.Any(network => network.PrefixLength == 0) ? ""
            : $"{Ip(family)} saddr {{ {string.Join(", ", sources.Select(Networks.Text))} }} ";
        string to = destination is null or { PrefixLength: 0 } ? "" : $"{Ip(family)} daddr {Networks.Text(destination.Value)} ";
        return from + to is "" ? $"meta nfproto {(family == AddressFamily.InterNetwork ? "ipv4" : "ipv6")} " : from + to;
    }

    private static string Verdict(bool udp, bool accepts) => accepts ? "accept" : udp ? "counter drop" : NewConnection + "counter drop";

    private static string Protocol(bool udp) => udp ? "udp" : "tcp";

    private static string Ip(AddressFamily family) => family == AddressFamily.InterNetwork ? "ip" : "ip6";
}
