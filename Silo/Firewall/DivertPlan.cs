using System.Net;
using System.Net.Sockets;
using Mesh.Abstractions.Entities;
using Mesh.Abstractions.Reports;

namespace Mesh.Silo.Firewall;

/// <summary>
/// What transparent listeners are to be handed: the outside ports that MESH_PORT_MAPS names for their port, at any address; else
/// the destinations of the routes that they can serve.
/// </summary>
internal static class DivertPlan
{
    public const int MaxDiverts = 4096;

    private static readonly AddressFamily[] Families = [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    public static IReadOnlyList<Divert> Of(FirewallFacts facts, PlanWarnings warnings)
    {
        Candidate[] candidates = [.. Candidates(facts).Distinct().OrderBy(one => one.Name, StringComparer.Ordinal).ThenBy(one => one.Port)];
        Divert[] diverts = [.. Mapped(facts, candidates).Concat(Routed(facts, candidates, warnings)).DistinctBy(Key)];
        foreach (Candidate idle in candidates.Where(one => !Array.Exists(diverts, divert => divert.Listener == one.Name && divert.Port == one.Port)).DistinctBy(one => (one.Name, one.Port)))
        {
            warnings.Add($"nothing says what is to be diverted to the transparent listener '{SafeText.Of(idle.Name)}' at port {idle.Port}: give routes destinations, or name the outside port in MESH_PORT_MAPS");
        }

        if (diverts.Length > MaxDiverts)
        {
            warnings.Add($"more than {MaxDiverts} destinations would be diverted: the widest are left out");
        }

        return
        [
            .. diverts
                .OrderByDescending(divert => divert.Destination?.PrefixLength ?? -1)
                .ThenBy(divert => divert.DestinationPort is null)
                .ThenBy(divert => divert.Family)
                .ThenBy(divert => divert.Destination?.ToString(), StringComparer.Ordinal)
                .ThenBy(divert => divert.DestinationPort)
                .ThenBy(divert => divert.Listener, StringComparer.Ordinal)
                .Take(MaxDiverts),
        ];
    }

    private static IEnumerable<Divert> Mapped(FirewallFacts facts, Candidate[] candidates) =>
        candidates.SelectMany(one => OutsidePorts(facts, one).Select(outside => one.Divert(null, outside)));

    private static IEnumerable<Divert> Routed(FirewallFacts facts, Candidate[] candidates, PlanWarnings warnings)
    {
        Candidate[] free = [.. candidates.Where(one => !OutsidePorts(facts, one).Any())];
        foreach (Route route in facts.Routes)
        {
            foreach (AddressMatch match in route.Destinations ?? [])
            {
                IPNetwork? network = match.Ip is null ? null : Networks.Parse(match.Ip);
                foreach (AddressFamily family in Families.Where(family => network is null ? match.Ip is null : network.Value.BaseAddress.AddressFamily == family))
                {
                    if (Choose(route, free, family, warnings) is { } chosen)
                    {
                        yield return chosen.Divert(network, match.Port);
                    }
                }
            }
        }
    }

    /// <summary>Of the route's protocols the first that a transparent listener serves decides.</summary>
    private static Candidate? Choose(Route route, Candidate[] candidates, AddressFamily family, PlanWarnings warnings)
    {
        Candidate[] able = [.. candidates.Where(one => one.Family == family && route.Protocols.Any(one.Serves))];
        Candidate? chosen = route.Protocols.Select(protocol => Array.Find(able, one => one.Serves(protocol))).FirstOrDefault(one => one is not null);
        if (able.Select(one => one.Port).Distinct().Count() > 1)
        {
            warnings.Add($"connections for route {SafeText.Of(route.Name ?? route.Id.ToString())} could go to several transparent listeners and are diverted to '{SafeText.Of(chosen!.Name)}': MESH_PORT_MAPS can tell outside ports apart");
        }

        return chosen;
    }

    /// <summary>The settings of the edge in this process stand for all: edges do not report theirs.</summary>
    private static IEnumerable<int> OutsidePorts(FirewallFacts facts, Candidate one) =>
        facts.Settings.Edge.PortMaps.Where(map => map.Value == one.Port).Select(map => map.Key).Order();

    private static IEnumerable<Candidate> Candidates(FirewallFacts facts)
    {
        HashSet<Guid> here = [.. facts.Edges.SelectMany(edge => edge.Listeners).Select(report => report.Id)];
        foreach (Listener listener in facts.Listeners.Where(listener => facts.Edge is null || here.Contains(listener.Id)))
        {
            foreach (Candidate candidate in listener.Listen.SelectMany(text => Of(listener.Name, listener.Kind == Listener.Stream, text, listener.Allow)))
            {
                yield return candidate;
            }
        }

        foreach (ListenerReport own in facts.Edges.SelectMany(edge => edge.Listeners).Where(report => report.Id == Guid.Empty && report.State != ListenerState.Draining))
        {
            foreach (Candidate candidate in Of(own.Name, own.Name.StartsWith(DoorKind.Stream, StringComparison.Ordinal), own.Directive, null))
            {
                yield return candidate;
            }
        }
    }

    private static IEnumerable<Candidate> Of(string name, bool stream, string text, string[]? allow)
    {
        if (ListenDirectives.ParseOne(text).Directive is not { Transparent: true } directive || DirectiveAddress.Of(directive) is not { } at)
        {
            return [];
        }

        Networks? sources = allow is null ? null : Networks.Of(allow);
        return Families.Where(at.Takes).Select(family => new Candidate(name, stream, directive.Ssl, directive.Udp, family, at.Address, directive.Port, sources));
    }

    private static (AddressFamily, bool, IPNetwork?, int?) Key(Divert divert) => (divert.Family, divert.Udp, divert.Destination, divert.DestinationPort);

    /// <summary>A transparent directive in one family.</summary>
    private sealed record Candidate(string Name, bool Stream, bool Ssl, bool Udp, AddressFamily Family, IPAddress At, int Port, Networks? Sources)
    {
        public bool Serves(string protocol) => (Stream, Ssl, Udp, protocol) switch
        {
            (false, false, false, "http" or "grpc") or (false, true, false, "https" or "grpcs") => true,
            (true, false, false, "tcp") or (true, true, false, "tls" or "tls_passthrough") or (true, _, true, "udp") => true,
            _ => false,
        };

        public Divert Divert(IPNetwork? destination, int? port) => new(Name, Family, Udp, At, Port, destination, port, Sources);
    }
}
