using System.Net;
using CsCheck;
using Mesh.Edge.Plugins.IpRestriction;

namespace Mesh.Edge.Tests.Plugins.IpRestriction;

public sealed class AddressSetTests
{
    [Fact]
    public void Membership_is_that_of_the_single_ranges()
    {
        Gen<IPAddress> v4 = Gen.Byte[0, 3].Array[4].Select(bytes => new IPAddress(bytes));
        Gen<IPAddress> v6 = Gen.Byte[0, 1].Array[16].Select(bytes => new IPAddress(bytes));
        Gen<IPAddress> address = Gen.OneOf(v4, v6);
        Gen<string> range = address.SelectMany(base0 =>
            Gen.Int[0, base0.GetAddressBytes().Length * 8].Select(prefix => $"{base0}/{prefix}"));
        Gen.Select(range.Array[0, 8], address).Sample((ranges, candidate) =>
            new AddressSet(ranges).Contains(candidate) == ranges.Any(entry => Naive(entry, candidate)), iter: 20_000);
    }

    [Fact]
    public void An_address_mapped_into_ipv6_is_the_ipv4_address()
    {
        var set = new AddressSet(["10.0.0.0/8"]);
        Assert.True(set.Contains(IPAddress.Parse("::ffff:10.1.2.3")));
        Assert.True(new AddressSet(["::ffff:10.0.0.0/104"]).Contains(IPAddress.Parse("10.1.2.3")));
        Assert.False(new AddressSet(["::ffff:10.0.0.0/104"]).Contains(IPAddress.Parse("11.1.2.3")));
        Assert.True(new AddressSet(["::ffff:10.1.2.3"]).Contains(IPAddress.Parse("::ffff:10.1.2.3")));
        Assert.False(new AddressSet(["::/0"]).Contains(IPAddress.Parse("10.1.2.3")));
        Assert.True(new AddressSet(["::/0"]).Contains(IPAddress.Parse("2001:db8::1")));
        Assert.True(new AddressSet(["0.0.0.0/0"]).Contains(IPAddress.Parse("255.255.255.255")));
    }

    [Theory]
    [InlineData("10.0.0.1", true)]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("2001:DB8::/32", true)]
    [InlineData("10.0.0.0/33", false)]
    [InlineData("::/129", false)]
    [InlineData("10.0.0.0/+8", false)]
    [InlineData("10.1", false)]
    [InlineData("0x0a000001", false)]
    [InlineData("010.0.0.1", false)]
    [InlineData("fe80::1%eth0", false)]
    [InlineData("[::1]", false)]
    [InlineData("example.com", false)]
    [InlineData("", false)]
    public void Only_the_usual_spelling_is_read(string entry, bool good)
    {
        Assert.Equal(good, AddressSet.IsAddressOrRange(entry));
        if (!good)
        {
            Assert.Throws<FormatException>(() => new AddressSet([entry]));
        }
    }

    private static bool Naive(string entry, IPAddress candidate)
    {
        string[] parts = entry.Split('/');
        byte[] net = IPAddress.Parse(parts[0]).GetAddressBytes();
        IPAddress plain = candidate.IsIPv4MappedToIPv6 ? candidate.MapToIPv4() : candidate;
        byte[] bytes = plain.GetAddressBytes();
        return net.Length == bytes.Length
            && Enumerable.Range(0, int.Parse(parts[1])).All(bit => ((net[bit / 8] ^ bytes[bit / 8]) >> (7 - (bit % 8)) & 1) == 0);
    }
}
