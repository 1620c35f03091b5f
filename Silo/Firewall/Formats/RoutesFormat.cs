using System.Text;

namespace Mesh.Silo.Firewall.Formats;

/// <summary>A shell script that makes the kernel keep what is diverted (marked) on this machine. Run twice it leaves the same.</summary>
internal static class RoutesFormat
{
    public static string Write(FirewallPlan plan, FirewallOptions options)
    {
        StringBuilder script = new();
        script.Append("#!/bin/sh\n");
        foreach (string line in ScriptHead.Of(plan, "Run it as root: sh FILE"))
        {
            script.Append(line).Append('\n');
        }

        foreach (string line in Commands(plan.Diverting))
        {
            script.Append(line).Append('\n');
        }

        return script.ToString();
    }

    /// <param name="diverting">False: what an earlier script made is taken away.</param>
    public static IEnumerable<string> Commands(bool diverting)
    {
        foreach ((string family, string everywhere) in new[] { ("-4", "0.0.0.0/0"), ("-6", "::/0") })
        {
            string rule = $"fwmark {FirewallPlan.Mark} lookup {FirewallPlan.RoutingTable}";
            if (diverting)
            {
                yield return $"ip {family} rule list {rule} | grep -q . || ip {family} rule add {rule}";
                yield return $"ip {family} route replace local {everywhere} dev lo table {FirewallPlan.RoutingTable}";
            }
            else
            {
                yield return $"while ip {family} rule del {rule} 2>/dev/null; do :; done";
                yield return $"ip {family} route flush table {FirewallPlan.RoutingTable} 2>/dev/null || :";
            }
        }
    }
}
