using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Mesh.Edge.Tests.Listeners;

namespace Mesh.Edge.Tests.Streams;

/// <summary>Streams to servers that were not made for this.</summary>
public sealed class RealServersTests
{
    [Fact]
    public async Task A_name_is_resolved_through_udp_and_through_tcp()
    {
        await using RealServer dns = await RealServer.DnsmasqAsync("shop.test", "192.0.2.7");
        await using StreamEdge edge = await StreamEdge.StartAsync(
            "127.0.0.1:0 udp", null,
            StreamEdge.Service(1, dns.Port, "udp"), StreamEdge.Route(2, 1, "udp", StreamEdge.FromHere),
            StreamEdge.Service(3, dns.Port), StreamEdge.Route(4, 3, "tcp", StreamEdge.FromHere));
        int port = edge.EndPoint.Port;
        int overTcp = TestEdge.PortOf(await edge.Server.BindAsync(Guid.Empty, "tcp", TestEdge.Directive("127.0.0.1:0"), CancellationToken.None));
        using var guard = new CancellationTokenSource(TestEdge.Guard);
        byte[] answer = new byte[512];

        // Several at once, each its own session: every client gets its own answer.
        await Task.WhenAll(Enumerable.Range(1, 20).Select(async id =>
        {
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            await client.ConnectAsync(IPAddress.Loopback, port, guard.Token);
            byte[] received = new byte[512];
            for (ushort turn = 0; turn < 5; turn++)
            {
                ushort number = (ushort)((id * 100) + turn);
                await client.SendAsync(Question(number, "shop.test"), guard.Token);
                int length = await client.ReceiveAsync(received, guard.Token);
                Assert.Equal((number, "192.0.2.7"), Answer(received.AsSpan(0, length)));
            }
        }));

        using var stream = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await stream.ConnectAsync(IPAddress.Loopback, overTcp, guard.Token);
        byte[] question = Question(4711, "shop.test");
        await stream.SendAsync((byte[])[0, (byte)question.Length, .. question], guard.Token);
        await using var reader = new NetworkStream(stream);
        await reader.ReadExactlyAsync(answer.AsMemory(0, 2), guard.Token);
        int rest = BinaryPrimitives.ReadUInt16BigEndian(answer);
        await reader.ReadExactlyAsync(answer.AsMemory(0, rest), guard.Token);
        Assert.Equal((4711, "192.0.2.7"), Answer(answer.AsSpan(0, rest)));
    }

    [Fact]
    public async Task Tls_servers_are_told_apart_by_their_names_and_keep_their_own_certificates()
    {
        await using RealServer one = await RealServer.OpensslAsync(TestCertificates.Pem("one.test"));
        await using RealServer two = await RealServer.OpensslAsync(TestCertificates.Pem("two.test"));
        await using StreamEdge edge = await StreamEdge.StartAsync(
            "127.0.0.1:0 ssl", null,
            StreamEdge.Service(1, one.Port), StreamEdge.Route(2, 1, "tls_passthrough", StreamEdge.Sni("one.test")),
            StreamEdge.Service(3, two.Port), StreamEdge.Route(4, 3, "tls_passthrough", StreamEdge.Sni("two.test")));

        foreach (string name in new[] { "one.test", "two.test" })
        {
            await using SslStream client = await edge.ConnectTlsAsync(name);
            Assert.Equal($"CN={name}", client.RemoteCertificate!.Subject);
            await client.WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.0\r\n\r\n"));
            Assert.Contains("s_server -accept", await StreamEdge.ReadToEndAsync(client), StringComparison.Ordinal);
        }
    }

    /// <summary>RFC 1035, section 4: a question for the IPv4 address of a name.</summary>
    private static byte[] Question(ushort id, string name) =>
    [
        (byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0,
        .. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]),
        0, 0, 1, 0, 1,
    ];

    /// <summary>The one address in an answer stands at its end.</summary>
    private static (int Id, string Address) Answer(ReadOnlySpan<byte> message) =>
        (BinaryPrimitives.ReadUInt16BigEndian(message), new IPAddress(message[^4..]).ToString());
}
