using System.Net;
using System.Net.Sockets;

namespace Mesh.Silo.Firewall;

/// <summary>What is done with new connections, or datagrams, to a port of this machine.</summary>
/// <param name="Destination">Null: any address.</param>
/// <param name="Sources">Null: anybody.</param>
/// <param name="Note">For people; safe in any format.</param>
internal sealed record PacketRule(AddressFamily Family, IPAddress? Destination, bool Udp, int Port, IReadOnlyList<IPNetwork>? Sources, bool Accepts, string Note)
{
    /// <summary>
    /// What doors need, in the order in which it must be looked at: doors of single addresses before those of all, who may before
    /// everybody else. Doors on loopback need none.
    /// </summary>
    public static IReadOnlyList<PacketRule> Of(IEnumerable<Door> doors)
    {
        var open = doors.Where(door => !door.IsLocal).SelectMany(InFamilies).ToLookup(one => one.Place, one => one.Door);
        return
        [
            .. open.OrderBy(same => same.Key.Destination is null)
                .ThenBy(same => same.Key.Port)
                .ThenBy(same => same.Key.Udp)
                .ThenBy(same => same.Key.Family)
                .ThenBy(same => same.Key.Destination?.ToString(), StringComparer.Ordinal)
                .SelectMany(same => At(same.Key, [.. same])),
        ];
    }

    private static IEnumerable<(Place Place, Door Door)> InFamilies(Door door)
    {
        IPAddress? destination = door.IsWildcard ? null : door.Address;
        yield return (new Place(door.Address.AddressFamily, destination, door.Udp, door.Port), door);
        if (door.BothFamilies)
        {
            yield return (new Place(AddressFamily.InterNetwork, null, door.Udp, door.Port), door);
        }
    }

    /// <summary>Where several hosts have the door for different people, all of them come in: each host's Mesh knows its own.</summary>
    private static IEnumerable<PacketRule> At(Place place, Door[] doors)
    {
        string note = SafeText.Of(string.Join(", ", doors.Select(door => door.Title).Distinct().Order(StringComparer.Ordinal)));
        IReadOnlyList<IPNetwork>? sources = Array.Exists(doors, door => door.Sources is null)
            ? null
            : doors.Aggregate(Networks.Nobody, (all, door) => all.With(door.Sources!)).In(place.Family);
        if (sources is null || sources.Any(network => network.PrefixLength == 0))
        {
            yield return new PacketRule(place.Family, place.Destination, place.Udp, place.Port, null, true, note);
            yield break;
        }

        if (sources.Count > 0)
        {
            yield return new PacketRule(place.Family, place.Destination, place.Udp, place.Port, sources, true, note);
        }

        yield return new PacketRule(place.Family, place.Destination, place.Udp, place.Port, null, false, note);
    }

    private readonly record struct Place(AddressFamily Family, IPAddress? Destination, bool Udp, int Port);
}
