using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesh.Silo.Firewall.Formats;

/// <summary>
/// A Bicep module: a network security group for the virtual machines that run Mesh, and the restrictions that the ingress of a
/// Container App takes, by port.
/// </summary>
internal static class NsgBicepFormat
{
    /// <summary>Of one direction: Azure takes so many rules in a group.</summary>
    public const int MaxRules = 1000;

    private const int FirstPriority = 100;
    private const int LastPriority = 4096;
    private const string ApiVersion = "2024-05-01";

    public static string? Refuse(FirewallPlan plan, FirewallOptions options) =>
        PacketRule.Of(plan.Doors).Count + (options.EgressUser is null ? 0 : plan.Exits.Count + 1) > MaxRules
            ? $"Azure takes at most {MaxRules} rules in a network security group: ask for one edge, or for fewer listeners"
            : null;

    public static string Write(FirewallPlan plan, FirewallOptions options)
    {
        StringBuilder bicep = new();
        foreach (string line in ScriptHead.Of(plan, "Deploy it with: az deployment group create --template-file FILE"))
        {
            bicep.Append("//").Append(line.AsSpan(1)).Append('\n');
        }

        if (plan.Diverting)
        {
            bicep.Append("// What is diverted to transparent listeners is the machines' own matter: see --format nftables.\n");
        }

        bicep.Append($$"""
            @description('Name of the network security group.')
            param name string = 'mesh'

            @description('Region of the network security group.')
            param location string = resourceGroup().location

            resource group 'Microsoft.Network/networkSecurityGroups@{{ApiVersion}}' = {
              name: name
              location: location
              properties: {
                securityRules: [

            """.ReplaceLineEndings("\n"));
        Rules(bicep, "Inbound", [.. PacketRule.Of(plan.Doors).Select(Inbound)]);
        if (options.EgressUser is not null)
        {
            Rules(bicep, "Outbound", [.. Outbound(plan)]);
        }

        bicep.Append("    ]\n  }\n}\n\noutput id string = group.id\n\n");
        Restrictions(bicep, plan);
        return bicep.ToString();
    }

    /// <summary>Priorities leave room for rules of others where there is room.</summary>
    private static void Rules(StringBuilder bicep, string direction, Rule[] rules)
    {
        int step = Math.Clamp((LastPriority - FirstPriority) / Math.Max(1, rules.Length), 1, 10);
        for (int i = 0; i < rules.Length; i++)
        {
            Rule rule = rules[i];
            int priority = FirstPriority + (i * step);
            string port = rule.Port?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "*";
            bicep.Append($$"""
                      {
                        name: 'mesh-{{direction.ToLowerInvariant()}}-{{priority}}-{{rule.Protocol.ToLowerInvariant().Replace("*", "any", StringComparison.Ordinal)}}-{{port.Replace("*", "any", StringComparison.Ordinal)}}'
                        properties: {
                          description: '{{rule.Note}}'
                          priority: {{priority}}
                          direction: '{{direction}}'
                          access: '{{(rule.Allows ? "Allow" : "Deny")}}'
                          protocol: '{{rule.Protocol}}'
                          {{Prefixes("sourceAddressPrefix", rule.Sources)}}
                          sourcePortRange: '*'
                          {{Prefixes("destinationAddressPrefix", rule.Destinations)}}
                          destinationPortRange: '{{port}}'
                        }
                      }

                """.ReplaceLineEndings("\n"));
        }
    }

    private static Rule Inbound(PacketRule rule) => new(
        rule.Accepts,
        rule.Udp ? "Udp" : "Tcp",
        rule.Port,
        rule.Sources is null ? [Everywhere(rule.Family)] : [.. rule.Sources.Select(Networks.Text)],
        rule.Destination is null ? ["*"] : [rule.Destination.ToString()],
        rule.Note);

    /// <summary>A group knows no users: it holds for the whole machine.</summary>
    private static IEnumerable<Rule> Outbound(FirewallPlan plan)
    {
        foreach (IGrouping<(bool Udp, int Port, IPAddress? Address), Exit> places in plan.Exits.GroupBy(exit => (exit.Udp, exit.Port, exit.Address)))
        {
            (bool udp, int port, IPAddress? address) = places.Key;
            string note = SafeText.Of(string.Join(", ", places.Select(exit => address is null ? exit.Host : exit.Reason)));
            yield return new Rule(true, udp ? "Udp" : "Tcp", port, ["*"], [address?.ToString() ?? "*"], note);
        }

        yield return new Rule(false, "*", null, ["*"], ["*"], "not in the configuration");
    }

    /// <summary>Container Apps restrict IPv4 only, and have no denial beside what is allowed.</summary>
    private static void Restrictions(StringBuilder bicep, FirewallPlan plan)
    {
        bicep.Append("@description('For Azure Container Apps, by port: ingress.ipSecurityRestrictions of the app; an empty list lets everybody in.')\noutput ipSecurityRestrictions object = {\n");
        foreach (IGrouping<int, Door> door in plan.Doors.Where(door => door is { Udp: false, IsLocal: false, Kind: DoorKind.Proxy or DoorKind.Stream }).GroupBy(door => door.Port).OrderBy(door => door.Key))
        {
            bicep.Append($"  '{door.Key}': [\n");
            Networks allowed = door.Any(one => one.Sources is null) ? Networks.Nobody : door.Aggregate(Networks.Nobody, (all, one) => all.With(one.Sources!));
            int number = 0;
            foreach (IPNetwork network in allowed.In(AddressFamily.InterNetwork))
            {
                bicep.Append($"    {{ name: 'mesh-{++number}', action: 'Allow', ipAddressRange: '{network}' }}\n");
            }

            bicep.Append("  ]\n");
        }

        bicep.Append("}\n");
    }

    private static string Prefixes(string name, IReadOnlyList<string> prefixes) => prefixes is [var one]
        ? $"{name}: '{one}'"
        : $"{name}es: [{string.Join(", ", prefixes.Select(prefix => $"'{prefix}'"))}]";

    private static string Everywhere(AddressFamily family) => family == AddressFamily.InterNetwork ? "0.0.0.0/0" : "::/0";

    /// <param name="Port">Null: any.</param>
    private sealed record Rule(bool Allows, string Protocol, int? Port, IReadOnlyList<string> Sources, IReadOnlyList<string> Destinations, string Note);
}
