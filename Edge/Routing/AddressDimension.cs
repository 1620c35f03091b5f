using System.Globalization;
using System.Net;

namespace Mesh.Edge.Routing;

/// <summary>
/// Sources or destinations as what candidates are told apart by: the address, whose ranges are prefixes of its bits, or the
/// port.
/// </summary>
internal sealed record AddressDimension(bool OfSource, bool OfPort)
{
    /// <summary>Digits of a port.</summary>
    public const int MaxPortLength = 5;

    /// <summary>Null where an entry takes every address, or every port.</summary>
    public IReadOnlyCollection<string>? ValuesOf(RouteConditions conditions)
    {
        AddressCondition[] entries = (OfSource ? conditions.Sources : conditions.Destinations).Entries;
        return entries.Length == 0 || entries.Any(entry => OfPort ? entry.Port == 0 : entry.PrefixLength == 0)
            ? null
            : [.. entries.Select(entry => OfPort ? entry.Port.ToString(CultureInfo.InvariantCulture) : BitsOf(entry)).Distinct()];
    }

    public IPAddress? AddressOf(in RequestEnds ends) => OfSource ? ends.Source : ends.Destination;

    public int PortOf(in RequestEnds ends) => OfSource ? ends.SourcePort : ends.DestinationPort;

    private static string BitsOf(in AddressCondition entry) =>
        string.Create(entry.PrefixLength, entry.Network, (bits, network) => AddressBits.Write(network, bits));
}
