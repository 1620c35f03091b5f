using System.Net;
using CsCheck;
using Mesh.Edge.ProxyProtocol;

namespace Mesh.Edge.Tests.ProxyProtocol;

public sealed class ProxyHeaderWriterTests
{
    private static readonly Gen<IPAddress> Addresses = Gen.OneOf(Gen.Byte.Array[4], Gen.Byte.Array[16]).Select(bytes => new IPAddress(bytes));

    private static readonly Gen<IPEndPoint> Ends = Gen.Select(Addresses, Gen.Int[0, IPEndPoint.MaxPort], (address, port) => new IPEndPoint(address, port));

    [Fact]
    public void What_is_written_is_read_again() => Gen.Select(Ends, Ends, Gen.String[Gen.Char['a', 'z'], 1, 300], Gen.Byte.Array[0, 200]).Sample((source, destination, name, id) =>
    {
        var header = new ProxyHeader(source, destination) { Authority = name, Alpn = "h2", UniqueId = id.Length <= 128 ? id : null };

        ProxyHeader one = Read(ProxyHeaderWriter.WriteV1(header));
        ProxyHeader two = Read(ProxyHeaderWriter.WriteV2(header));

        (IPEndPoint, IPEndPoint) expected = (SixUnlessBothFour(source, destination), SixUnlessBothFour(destination, source));
        Assert.Equal(expected, (one.Source!, one.Destination!));
        Assert.Equal(expected, (two.Source!, two.Destination!));
        Assert.Equal((name.Length <= 255 ? name : null, "h2"), (two.Authority, two.Alpn));
        Assert.Equal(header.UniqueId is { Length: > 0 } ? header.UniqueId : null, two.UniqueId);
    });

    [Fact]
    public void What_is_not_known_is_said_to_be_so()
    {
        Assert.Equal("PROXY UNKNOWN\r\n"u8.ToArray(), ProxyHeaderWriter.WriteV1(ProxyHeader.Nobody));
        Assert.Equal((null, null), (Read(ProxyHeaderWriter.WriteV2(ProxyHeader.Nobody)).Source, Read(ProxyHeaderWriter.WriteV2(ProxyHeader.Nobody)).Destination));
    }

    private static ProxyHeader Read(byte[] bytes)
    {
        Assert.Equal(ProxyHeaderState.Whole, ProxyHeaderReader.Parse(bytes, out ProxyHeader? header, out int length));
        Assert.Equal(bytes.Length, length);
        return header!;
    }

    private static IPEndPoint SixUnlessBothFour(IPEndPoint end, IPEndPoint other)
    {
        bool four = new[] { end, other }.All(one => one.Address.MapToIPv6().IsIPv4MappedToIPv6);
        return new IPEndPoint(four ? end.Address.MapToIPv4() : end.Address.MapToIPv6(), end.Port);
    }
}
