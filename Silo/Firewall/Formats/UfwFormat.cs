using System.Text;

namespace Mesh.Silo.Firewall.Formats;

/// <summary>
/// Commands for ufw, each with a comment that begins with <c>mesh:</c>. What an earlier script added goes first, so run twice it
/// leaves the same; between the two, new connections meet ufw's default.
/// </summary>
internal static class UfwFormat
{
    private const string Tag = "mesh:";

    public static string Write(FirewallPlan plan, FirewallOptions options)
    {
        StringBuilder script = new("#!/bin/sh\n");
        foreach (string line in ScriptHead.Of(plan, "Run it as root: sh FILE"))
        {
            script.Append(line).Append('\n');
        }

        if (plan.Diverting)
        {
            script.Append("# ufw cannot divert connections: transparent listeners need --format nftables or iptables.\n");
        }

        if (options.EgressUser is not null)
        {
            script.Append("# ufw knows no users: what leaves is restricted by --format nftables or iptables.\n");
        }

        script.Append("set -e\n");
        script.Append($"while number=$(ufw status numbered | sed -n 's/^\\[ *\\([0-9]*\\)\\].* # {Tag}.*/\\1/p' | tail -n 1) && [ -n \"$number\" ]; do ufw --force delete \"$number\" >/dev/null; done\n");
        foreach (PacketRule rule in PacketRule.Of(plan.Doors))
        {
            foreach (string command in Commands(rule))
            {
                script.Append(command).Append('\n');
            }
        }

        return script.ToString();
    }

    /// <summary>Everybody of one family, for ufw would take both.</summary>
    private static IEnumerable<string> Commands(PacketRule rule)
    {
        string everywhere = rule.Family == System.Net.Sockets.AddressFamily.InterNetwork ? "0.0.0.0/0" : "::/0";
        string to = rule.Destination?.ToString() ?? everywhere;
        foreach (string from in rule.Sources?.Select(Networks.Text) ?? [everywhere])
        {
            yield return $"ufw {(rule.Accepts ? "allow" : "deny")} proto {(rule.Udp ? "udp" : "tcp")} from {from} to {to} port {rule.Port} comment '{Tag} {rule.Note}'";
        }
    }
}
