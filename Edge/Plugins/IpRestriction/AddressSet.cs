using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mesh.Edge.Plugins.IpRestriction;

/// <summary>Addresses and CIDR ranges, merged and sorted, so that a look-up is a binary search that allocates nothing.</summary>
internal sealed class AddressSet
{
    private readonly (UInt128 First, UInt128 Last)[] v4;
    private readonly (UInt128 First, UInt128 Last)[] v6;

    /// <exception cref="FormatException">An entry is neither an address nor a range.</exception>
    public AddressSet(IEnumerable<string> entries)
    {
        var ranges = entries
            .Select(entry => TryParse(entry, out Range range) ? range : throw new FormatException($"invalid ip or cidr range: '{entry}'"))
            .ToLookup(range => range.Family);
        v4 = Merge(ranges[AddressFamily.InterNetwork]);
        v6 = Merge(ranges[AddressFamily.InterNetworkV6]);
    }

    public static bool IsAddressOrRange(string entry) => TryParse(entry, out _);

    /// <summary>An IPv4 address mapped into IPv6 is the IPv4 address.</summary>
    public bool Contains(IPAddress address)
    {
        (AddressFamily family, UInt128 value) = Value(address);
        (UInt128 First, UInt128 Last)[] ranges = family == AddressFamily.InterNetwork ? v4 : v6;
        int low = 0;
        int high = ranges.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            if (value < ranges[middle].First)
            {
                high = middle - 1;
            }
            else if (value > ranges[middle].Last)
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryParse(string entry, out Range range)
    {
        range = default;
        int slash = entry.IndexOf('/');
        string host = slash < 0 ? entry : entry[..slash];
        if (!TryParseAddress(host, out IPAddress? address))
        {
            return false;
        }

        (AddressFamily family, UInt128 value) = (address.AddressFamily, Bits(address));
        int width = family == AddressFamily.InterNetwork ? 32 : 128;
        int prefix = width;
        if (slash >= 0 && (!int.TryParse(entry.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > width))
        {
            return false;
        }

        const int mappedBits = 96;
        if (address.IsIPv4MappedToIPv6 && prefix >= mappedBits)
        {
            // Peers are looked up as the IPv4 addresses that they are.
            (family, value, width, prefix) = (AddressFamily.InterNetwork, value & uint.MaxValue, width - mappedBits, prefix - mappedBits);
        }

        // Shifting by the whole width of UInt128 would shift by nothing.
        UInt128 host0 = prefix == width ? 0 : prefix == 0 && width == 128 ? UInt128.MaxValue : (UInt128.One << (width - prefix)) - 1;
        range = new Range(family, value & ~host0, value | host0);
        return true;
    }

    /// <summary>Only the usual spelling: <see cref="IPAddress"/> would also read <c>127.1</c> and <c>0x7f000001</c>.</summary>
    private static bool TryParseAddress(string text, out IPAddress address)
    {
        address = IPAddress.None;
        if (text.Contains('%') || text.Contains('[') || !IPAddress.TryParse(text, out IPAddress? parsed))
        {
            return false;
        }

        address = parsed;
        return parsed.AddressFamily != AddressFamily.InterNetwork || parsed.ToString() == text;
    }

    private static (AddressFamily Family, UInt128 Value) Value(IPAddress address)
    {
        UInt128 bits = Bits(address);
        return address.AddressFamily == AddressFamily.InterNetworkV6 && address.IsIPv4MappedToIPv6
            ? (AddressFamily.InterNetwork, bits & uint.MaxValue)
            : (address.AddressFamily, bits);
    }

    private static UInt128 Bits(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        return length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static (UInt128 First, UInt128 Last)[] Merge(IEnumerable<Range> ranges)
    {
        var merged = new List<(UInt128 First, UInt128 Last)>();
        foreach (Range range in ranges.OrderBy(range => range.First))
        {
            if (merged.Count > 0 && range.First <= merged[^1].Last)
            {
                merged[^1] = (merged[^1].First, UInt128.Max(merged[^1].Last, range.Last));
            }
            else
            {
                merged.Add((range.First, range.Last));
            }
        }

        return [.. merged];
    }

    private readonly record struct Range(AddressFamily Family, UInt128 First, UInt128 Last);
}
