using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Configuration;
using Mesh.Edge.Plugins;
using Mesh.Edge.Routing;

namespace Mesh.Edge.Streams.Routing;

/// <summary>The index of all tcp, tls, tls_passthrough and udp routes at one revision.</summary>
/// <remarks>
/// Routes by server name, by single addresses and by ports are looked up; those that only name ranges are tried one after
/// another, best first. Unlike in Kong a route takes only connections of its protocols, so that tcp and udp routes of one
/// port stand side by side.
/// </remarks>
internal sealed class StreamRouteTable
{
    private readonly StreamIndex index;

    private StreamRouteTable(StreamIndex index) => this.index = index;

    public static StreamRouteTable Empty { get; } = new(StreamIndex.Empty);

    /// <summary>The table after a change; costs what changed. <paramref name="after"/> is the store with the change applied.</summary>
    public StreamRouteTable Apply(ConfigChanges changes, EntityStore after)
    {
        var edit = new StreamIndexEdit(index);
        foreach (Changed<Route> route in changes.Routes)
        {
            Replace(edit, route.Before, route.After, changes, after);
        }

        foreach (Route route in RouteTable.RoutesOfSwitchedServices(changes, after))
        {
            Replace(edit, route, route, changes, after);
        }

        return new StreamRouteTable(edit.Build());
    }

    /// <summary>The route for a connection; null when none takes it.</summary>
    public Route? Match(in StreamQuery query)
    {
        StreamCandidate? best = null;
        index.Search(query, ref best);
        return best?.Route;
    }

    private static void Replace(StreamIndexEdit edit, Route? before, Route? after, ConfigChanges changes, EntityStore store)
    {
        if (before is not null && IsStream(before) && StreamCandidate.Of(before).Candidate is { } old)
        {
            edit.Remove(old);
        }

        if (after is null || !IsStream(after) || !RouteTable.IsServed(after, store))
        {
            return;
        }

        (StreamCandidate? candidate, string? problem) = StreamCandidate.Of(after);
        if (candidate is null)
        {
            changes.Refuse(EntityKinds.Routes, after.Id, problem!);
            return;
        }

        edit.Add(candidate);
    }

    private static bool IsStream(Route route) => (RequestProtocol.Parse(route.Protocols) & RequestProtocols.Streams) != 0;
}
