using System.Net;
using Mesh.Silo.Settings;
using StackExchange.Redis;

namespace Mesh.Silo.Firewall;

/// <summary>The doors of silos and of their store: for whom the settings name, and for the cluster's own members.</summary>
internal static class ClusterDoors
{
    public static IEnumerable<Door> Of(FirewallFacts facts, PlanWarnings warnings)
    {
        if (facts.SilosHere.Count == 0)
        {
            return [];
        }

        Networks silos = Networks.Of(facts.Silos.Select(silo => silo.Address)).With(facts.Members).BeyondLoopback();
        Networks edges = Networks.Of(facts.AllEdges.SelectMany(edge => edge.Addresses));
        Door[] doors = [.. Admin(facts, silos.With(edges), warnings), .. Members(facts, silos, edges, warnings), .. Redis(facts.Settings.Silo, silos, warnings)];
        if (!Array.TrueForAll(doors, door => door.IsLocal))
        {
            foreach (EdgeFacts mute in facts.AllEdges.Where(edge => edge.Addresses.Count == 0))
            {
                warnings.Add($"edge {SafeText.Of(mute.Host)} tells no address of its own: it is not let in to the silos and the Admin API");
            }
        }

        return doors;
    }

    /// <summary>Where nobody is named, only the cluster's own members come in: edges ask it for the silos.</summary>
    private static IEnumerable<Door> Admin(FirewallFacts facts, Networks members, PlanWarnings warnings)
    {
        AdminSettings admin = facts.Settings.Admin;
        Networks named = Networks.Of(admin.Allow).BeyondLoopback();
        bool anybodyNamed = admin.Allow.Count > 0;
        foreach (ListenDirective directive in ListenDirectives.Parse(admin.Listen).Directives)
        {
            if (DirectiveAddress.Of(directive) is not var (address, both))
            {
                continue;
            }

            Door door = new(
                DoorKind.Admin, DoorKind.Admin, false, address, both, directive.Port, anybodyNamed ? named : members, anybodyNamed ? "MESH_ADMIN_ALLOW" : "silos and edges; MESH_ADMIN_ALLOW names nobody");
            yield return door with { Hosts = Hosts(facts) };
            if (!door.IsLocal && !anybodyNamed)
            {
                warnings.Add($"the Admin API at {directive.Address} leaves loopback and MESH_ADMIN_ALLOW names nobody: the rules let in silos and edges only, without them everybody gets as far as its authentication");
            }
        }
    }

    private static IEnumerable<Door> Members(FirewallFacts facts, Networks silos, Networks edges, PlanWarnings warnings)
    {
        foreach (SiloFacts silo in facts.SilosHere)
        {
            DirectiveAddress at = IPAddress.IsLoopback(silo.Address) ? new(silo.Address, false) : DirectiveAddress.Anywhere;
            yield return new Door(DoorKind.Silo, DoorKind.Silo, false, at.Address, at.BothFamilies, silo.SiloPort, silos, "silos") { Hosts = [silo.Host] };
            if (silo.GatewayPort > 0)
            {
                yield return new Door(DoorKind.Gateway, DoorKind.Gateway, false, at.Address, at.BothFamilies, silo.GatewayPort, silos.With(edges), "silos and edges") { Hosts = [silo.Host] };
            }

            if (!IPAddress.IsLoopback(silo.Address) && !facts.Settings.Silo.HasClusterTls)
            {
                warnings.Add($"the silo and gateway ports at {silo.Address} speak without TLS (MESH_CLUSTER_PLAINTEXT): only the rules keep others away");
            }
        }
    }

    /// <summary>Its host may run no Mesh: there, or before it, these rules belong.</summary>
    private static IEnumerable<Door> Redis(SiloSettings settings, Networks silos, PlanWarnings warnings)
    {
        if (settings.Redis is not { } text)
        {
            yield break;
        }

        foreach (EndPoint place in ConfigurationOptions.Parse(text).EndPoints)
        {
            if (place is IPEndPoint { Address: var address, Port: var port })
            {
                yield return new Door(DoorKind.Redis, DoorKind.Redis, false, address, false, Port(port), silos, "silos");
            }
            else if (place is DnsEndPoint { Host: var host } named && host != "localhost")
            {
                warnings.Add($"Redis at {SafeText.Of(host)}:{Port(named.Port)} is another host, and a name: let only the silos reach it there");
            }
        }
    }

    private static int Port(int named) => named == 0 ? ExitPlan.RedisPort : named;

    private static string[] Hosts(FirewallFacts facts) => [.. facts.SilosHere.Select(silo => silo.Host).Distinct()];
}
