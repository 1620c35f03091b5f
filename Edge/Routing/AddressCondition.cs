using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mesh.Abstractions.Entities;

namespace Mesh.Edge.Routing;

/// <summary>An entry of a route's sources or destinations.</summary>
/// <param name="Mask">Bits that count; none for every address.</param>
/// <param name="Port">0 for every port.</param>
internal readonly record struct AddressCondition(UInt128 Network, UInt128 Mask, int Port)
{
    /// <summary>One address, not a range.</summary>
    public bool IsSingle => Mask == UInt128.MaxValue;

    /// <summary>Bits that count, from the left.</summary>
    public int PrefixLength => (int)UInt128.PopCount(Mask);

    public bool Matches(UInt128 address, int port) => (address & Mask) == Network && (Port == 0 || Port == port);

    /// <summary>Null when the address is neither an address nor a range.</summary>
    public static AddressCondition? Of(AddressMatch match)
    {
        int port = match.Port ?? 0;
        if (match.Ip is not { } text)
        {
            return new AddressCondition(0, 0, port);
        }

        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(slash < 0 ? text : text.AsSpan(0, slash), out IPAddress? address))
        {
            return null;
        }

        int offset = address.AddressFamily == AddressFamily.InterNetwork ? AddressBits.MappedPrefix : 0;
        int prefix = AddressBits.Width - offset;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > AddressBits.Width - offset))
        {
            return null;
        }

        // Shifting by the whole width would shift by nothing.
        int host = AddressBits.Width - offset - prefix;
        UInt128 mask = host == AddressBits.Width ? 0 : UInt128.MaxValue << host;
        return new AddressCondition(AddressBits.Of(address) & mask, mask, port);
    }
}
