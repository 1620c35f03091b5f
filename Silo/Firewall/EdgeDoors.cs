using Mesh.Abstractions.Entities;
using Mesh.Abstractions.Reports;

namespace Mesh.Silo.Firewall;

/// <summary>The doors of edges: their own listeners, and those of the configuration.</summary>
internal static class EdgeDoors
{
    public static IEnumerable<Door> Of(FirewallFacts facts, PlanWarnings warnings)
    {
        Networks readers = Networks.Of(facts.Settings.Edge.StatusAllow).BeyondLoopback();
        foreach (EdgeFacts edge in facts.Edges)
        {
            foreach (ListenerReport own in edge.Listeners.Where(report => report.Id == Guid.Empty && report.State != ListenerState.Draining))
            {
                // One that failed to bind any port has none.
                if (ListenDirectives.ParseOne(own.Directive).Directive is { Port: not 0 } directive && Own(own.Name, directive, readers) is { } door)
                {
                    yield return door with { Hosts = [edge.Host] };
                    Warn(door, configured: false, warnings);
                }
            }
        }

        // The reports know: each edge has looked at the selectors itself.
        ILookup<Guid, string> hostsOf = facts.Edges
            .SelectMany(edge => edge.Listeners.Where(report => report.State != ListenerState.Draining).Select(report => (report.Id, edge.Host)))
            .ToLookup(one => one.Id, one => one.Host);
        foreach (Listener listener in facts.Listeners)
        {
            string[] hosts = [.. hostsOf[listener.Id].Distinct()];
            if (facts.Edge is not null && hosts.Length == 0)
            {
                continue;
            }

            foreach (string text in listener.Listen)
            {
                if (ListenDirectives.ParseOne(text).Directive is { } directive && Configured(listener, directive) is { } door)
                {
                    yield return door with { Hosts = hosts };
                    Warn(door, configured: true, warnings);
                }
            }
        }
    }

    private static Door? Own(string name, ListenDirective directive, Networks readers)
    {
        if (DirectiveAddress.Of(directive) is not var (address, both))
        {
            return null;
        }

        return name.Split('-')[0] switch
        {
            DoorKind.Status => new Door(DoorKind.Status, name, directive.Udp, address, both, directive.Port, readers, "MESH_STATUS_LISTEN, for MESH_STATUS_ALLOW"),
            DoorKind.Stream => new Door(DoorKind.Stream, name, directive.Udp, address, both, directive.Port, null, "MESH_STREAM_LISTEN, for clients"),
            _ => new Door(DoorKind.Proxy, name, directive.Udp, address, both, directive.Port, null, "MESH_PROXY_LISTEN, for clients"),
        };
    }

    private static Door? Configured(Listener listener, ListenDirective directive)
    {
        if (DirectiveAddress.Of(directive) is not var (address, both))
        {
            return null;
        }

        string kind = listener.Kind == Listener.Stream ? DoorKind.Stream : DoorKind.Proxy;
        return listener.Allow is { } allow
            ? new Door(kind, listener.Name, directive.Udp, address, both, directive.Port, Networks.Of(allow), "listener, for whom its allow names")
            : new Door(kind, listener.Name, directive.Udp, address, both, directive.Port, null, "listener without allow, for clients");
    }

    /// <summary>That the proxy's own ports are open is what a gateway is for; the others may be meant for few.</summary>
    private static void Warn(Door door, bool configured, PlanWarnings warnings)
    {
        if (door.IsLocal)
        {
            return;
        }

        string? warning = door switch
        {
            { Kind: DoorKind.Status, Sources.IsEmpty: true } =>
                $"the status listener at {Place(door)} is reached by nobody beyond its machine: name those who ask it, load balancers too, in MESH_STATUS_ALLOW",
            { Sources: null, IsWildcard: true } when configured =>
                $"listener '{SafeText.Of(door.Name)}' takes everybody at every address ({Place(door)}): give it allow where not everybody is meant",
            { Sources: null, Kind: DoorKind.Stream } when !configured =>
                $"{Place(door)} of MESH_STREAM_LISTEN takes everybody: a listener with allow would take those that it names",
            _ => null,
        };
        if (warning is not null)
        {
            warnings.Add(warning);
        }
    }

    private static string Place(Door door) => $"{door.Protocol} {door.Port}";
}
