using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Mesh.Silo.Firewall;

/// <summary>
/// Addresses and networks as filters take them: none within another, host bits zero, IPv4 in IPv6 clothes as IPv4, in a fixed order.
/// </summary>
internal sealed class Networks
{
    private readonly ImmutableArray<IPNetwork> all;

    private Networks(ImmutableArray<IPNetwork> all) => this.all = all;

    public static Networks Nobody { get; } = new([]);

    public bool IsEmpty => all.IsEmpty;

    public IReadOnlyList<string> Texts => [.. all.Select(Text)];

    /// <param name="entries">Addresses and ranges; what is neither is left out, so that nothing but addresses is ever printed.</param>
    public static Networks Of(IEnumerable<string> entries) => Of(entries.Select(Parse).OfType<IPNetwork>());

    public static Networks Of(IEnumerable<IPAddress> addresses) => Of(addresses.Select(Single));

    public static Networks Of(IEnumerable<IPNetwork> networks)
    {
        IPNetwork[] sorted = [.. networks.Select(Plain).Distinct().OrderBy(network => network.PrefixLength).ThenBy(Text, StringComparer.Ordinal)];
        List<IPNetwork> kept = [];
        foreach (IPNetwork network in sorted)
        {
            if (!kept.Exists(wider => wider.BaseAddress.AddressFamily == network.BaseAddress.AddressFamily && wider.Contains(network.BaseAddress)))
            {
                kept.Add(network);
            }
        }

        return new([.. kept.OrderBy(network => network.BaseAddress.AddressFamily).ThenBy(network => network.BaseAddress.GetAddressBytes(), Bytewise).ThenBy(network => network.PrefixLength)]);
    }

    public IReadOnlyList<IPNetwork> In(AddressFamily family) => [.. all.Where(network => network.BaseAddress.AddressFamily == family)];

    public Networks With(Networks others) => Of(all.Concat(others.all));

    /// <summary>Without those of the machine itself.</summary>
    public Networks BeyondLoopback() => new([.. all.Where(network => network.PrefixLength == 0 || !IPAddress.IsLoopback(network.BaseAddress))]);

    /// <summary>Null when it is neither an address nor a range.</summary>
    public static IPNetwork? Parse(string entry)
    {
        int slash = entry.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(slash < 0 ? entry : entry[..slash], out IPAddress? address) || entry.Contains('%', StringComparison.Ordinal))
        {
            return null;
        }

        int bits = address.GetAddressBytes().Length * 8;
        return slash < 0 ? Single(address)
            : int.TryParse(entry.AsSpan(slash + 1), System.Globalization.NumberStyles.None, null, out int prefix) && prefix <= bits ? Masked(address, prefix)
            : null;
    }

    /// <summary>A network of one address is written as that address.</summary>
    public static string Text(IPNetwork network) =>
        network.PrefixLength == network.BaseAddress.GetAddressBytes().Length * 8 ? network.BaseAddress.ToString() : network.ToString();

    private static IPNetwork Single(IPAddress address) => new(address, address.GetAddressBytes().Length * 8);

    private static IPNetwork Plain(IPNetwork network) => network.BaseAddress.IsIPv4MappedToIPv6 && network.PrefixLength >= 96
        ? Masked(network.BaseAddress.MapToIPv4(), network.PrefixLength - 96)
        : Masked(network.BaseAddress, network.PrefixLength);

    private static IPNetwork Masked(IPAddress address, int prefix)
    {
        byte[] bytes = address.GetAddressBytes();
        for (int i = 0; i < bytes.Length; i++)
        {
            int kept = Math.Clamp(prefix - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xff00 >> kept);
        }

        return new IPNetwork(new IPAddress(bytes), prefix);
    }

    private static Comparer<byte[]> Bytewise { get; } = Comparer<byte[]>.Create((one, other) => one.AsSpan().SequenceCompareTo(other));
}
