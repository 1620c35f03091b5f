using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Text;
using CsCheck;
using Mesh.Edge.ProxyProtocol;

namespace Mesh.Edge.Tests.ProxyProtocol;

public sealed class ProxyHeaderReaderTests
{
    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 4711 443\r\n", "192.0.2.1:4711", "198.51.100.2:443")]
    [InlineData("PROXY TCP6 2001:db8::1 2001:db8::2 1 65535\r\n", "[2001:db8::1]:1", "[2001:db8::2]:65535")]
    [InlineData("PROXY UNKNOWN\r\n", null, null)]
    [InlineData("PROXY UNKNOWN ffff::1 ::2 70000 x\r\n", null, null)]
    public void Reads_version_1_and_leaves_what_follows(string line, string? source, string? destination)
    {
        ProxyHeaderState state = ProxyHeaderReader.Parse(Encoding.ASCII.GetBytes(line + "GET / HTTP/1.1\r\n"), out ProxyHeader? header, out int length);

        Assert.Equal((ProxyHeaderState.Whole, line.Length), (state, length));
        Assert.Equal((source, destination), (header!.Source?.ToString(), header.Destination?.ToString()));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 4711 443\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 4711\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 04711 443\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 65536 443\r\n")]
    [InlineData("PROXY TCP4 192.0.513 198.51.100.2 1 2\r\n")]
    [InlineData("PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n")]
    [InlineData("PROXY TCP6 [::1] ::2 1 2\r\n")]
    [InlineData("PROXY TCP5 ::1 ::2 1 2\r\n")]
    [InlineData("PROXY \r\n")]
    [InlineData("PROXY  TCP4 192.0.2.1 198.51.100.2 1 2\r\n")]
    public void Refuses_what_is_no_header(string text) =>
        Assert.Equal(ProxyHeaderState.Invalid, ProxyHeaderReader.Parse(Encoding.ASCII.GetBytes(text), out _, out _));

    [Fact]
    public void A_line_without_end_is_refused_at_its_bound()
    {
        byte[] endless = Encoding.ASCII.GetBytes("PROXY UNKNOWN " + new string('x', 200));

        Assert.Equal(ProxyHeaderState.Incomplete, ProxyHeaderReader.Parse(endless.AsSpan(0, ProxyHeaderV1.MaxLength - 1), out _, out _));
        Assert.Equal(ProxyHeaderState.Invalid, ProxyHeaderReader.Parse(endless.AsSpan(0, ProxyHeaderV1.MaxLength), out _, out _));
    }

    [Fact]
    public void Reads_version_2_with_its_tlvs()
    {
        byte[] header = V2(1, 0x11, [192, 0, 2, 1, 198, 51, 100, 2, 0x12, 0x67, 1, 0xbb, .. Tlv(1, "h2"u8), .. Tlv(4, "pad"u8), .. Tlv(2, "shop.test"u8), .. Tlv(5, [7, 8])]);

        Assert.Equal(ProxyHeaderState.Whole, ProxyHeaderReader.Parse([.. header, 1, 2, 3], out ProxyHeader? read, out int length));
        Assert.Equal(header.Length, length);
        Assert.Equal(("192.0.2.1:4711", "198.51.100.2:443"), (read!.Source!.ToString(), read.Destination!.ToString()));
        Assert.Equal(("h2", "shop.test"), (read.Alpn, read.Authority));
        Assert.Equal([7, 8], read.UniqueId!);
    }

    [Theory]
    [InlineData(0, 0x11)]
    [InlineData(0, 0x00)]
    [InlineData(1, 0x00)]
    public void Local_and_unspecified_name_nobody(int command, byte family)
    {
        byte[] addresses = family == 0 ? [] : [1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 0, 2];

        Assert.Equal(ProxyHeaderState.Whole, ProxyHeaderReader.Parse(V2(command, family, addresses), out ProxyHeader? read, out _));
        Assert.Null(read!.Source);
    }

    [Fact]
    public void A_checksum_must_be_right()
    {
        byte[] header = V2(1, 0x11, [192, 0, 2, 1, 198, 51, 100, 2, 0, 1, 0, 2, .. Tlv(3, [0, 0, 0, 0])]);
        uint crc = uint.MaxValue;
        foreach (byte b in header)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        Assert.Equal(ProxyHeaderState.Invalid, ProxyHeaderReader.Parse(header, out _, out _));
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(header.Length - 4), ~crc);
        Assert.Equal(ProxyHeaderState.Whole, ProxyHeaderReader.Parse(header, out _, out _));
    }

    [Fact]
    public void Refuses_broken_version_2()
    {
        byte[] good = V2(1, 0x11, [192, 0, 2, 1, 198, 51, 100, 2, 0, 1, 0, 2]);
        Refused(V2(2, 0x11, good[16..]));
        Refused(V2(1, 0x11, good[16..20]));
        Refused(V2(1, 0x41, good[16..]));
        Refused(V2(1, 0x13, good[16..]));
        Refused(V2(1, 0x11, [.. good[16..], 1, 0]));
        Refused(V2(1, 0x11, [.. good[16..], 1, 0, 9, 1]));
        Refused(V2(1, 0x00, new byte[ProxyHeaderV2.MaxLength]));
        Refused(V2(1, 0x11, [.. good[16..], .. Tlv(5, new byte[129])]));

        static void Refused(byte[] header) => Assert.Equal(ProxyHeaderState.Invalid, ProxyHeaderReader.Parse(header, out _, out _));
    }

    [Fact]
    public async Task Single_bytes_and_split_segments_read_as_one()
    {
        foreach (byte[] header in (byte[][])[V2(1, 0x11, [192, 0, 2, 1, 198, 51, 100, 2, 0, 1, 0, 2, .. Tlv(2, "a.test"u8)]), [.. "PROXY TCP4 192.0.2.1 198.51.100.2 1 2\r\n"u8]])
        {
            var pipe = new Pipe();
            Task<ProxyHeader?> reading = ProxyHeaderReader.ReadAsync(pipe.Reader, TestContext.Current.CancellationToken).AsTask();
            foreach (byte one in (byte[])[.. header, (byte)'!'])
            {
                await pipe.Writer.WriteAsync(new[] { one }, TestContext.Current.CancellationToken);
            }

            Assert.Equal("192.0.2.1:1", (await reading)!.Source!.ToString());
            Assert.Equal("!"u8.ToArray(), (await pipe.Reader.ReadAsync(TestContext.Current.CancellationToken)).Buffer.ToArray());
        }
    }

    [Fact]
    public async Task A_socket_is_left_at_the_byte_behind_the_header()
    {
        foreach (byte[] header in (byte[][])[V2(1, 0x11, [192, 0, 2, 1, 198, 51, 100, 2, 0, 1, 0, 2, .. Tlv(2, "a.test"u8)]), [.. "PROXY TCP4 192.0.2.1 198.51.100.2 1 2\r\n"u8]])
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            using var client = new TcpClient();
            await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, TestContext.Current.CancellationToken);
            using Socket server = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
            await client.Client.SendAsync((byte[])[.. header, (byte)'!'], TestContext.Current.CancellationToken);

            ProxyHeader? read = await ProxyHeaderReader.ReceiveAsync(server, TestContext.Current.CancellationToken);
            Assert.Equal("192.0.2.1:1", read!.Source!.ToString());
            byte[] rest = new byte[8];
            Assert.Equal(1, await server.ReceiveAsync(rest, TestContext.Current.CancellationToken));
            Assert.Equal((byte)'!', rest[0]);
        }
    }

    [Fact]
    public void Garbage_and_damaged_headers_never_throw_and_never_reach_beyond_the_bytes()
    {
        byte[] good = V2(1, 0x21, [.. new byte[36], .. Tlv(1, "h2"u8), .. Tlv(5, [1, 2, 3])]);
        Gen<byte[]> damaged = Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, good.Length], (place, value, cut) =>
        {
            byte[] bytes = [.. good];
            bytes[place] = value;
            return bytes[..cut];
        });
        Gen.OneOf(damaged, Gen.Byte.Array[0, 300], Gen.String[Gen.Char["PROXYTC46 .:019\r\n"], 0, 120].Select(text => Encoding.ASCII.GetBytes("PROXY " + text))).Sample(bytes =>
        {
            ProxyHeaderState state = ProxyHeaderReader.Parse(bytes, out ProxyHeader? header, out int length);
            Assert.Equal(state == ProxyHeaderState.Whole, header is not null);
            Assert.True(header is null || length <= bytes.Length);
        });
    }

    private static byte[] V2(int command, byte family, byte[] payload) =>
        [.. ProxyHeaderV2.Signature, (byte)(0x20 | command), family, (byte)(payload.Length >> 8), (byte)payload.Length, .. payload];

    private static byte[] Tlv(byte type, ReadOnlySpan<byte> value) => [type, (byte)(value.Length >> 8), (byte)value.Length, .. value];
}
