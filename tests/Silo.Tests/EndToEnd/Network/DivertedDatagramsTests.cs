using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesh.Silo.Tests.EndToEnd.Network;

/// <summary>Datagrams that the kernel turns to the gateway, by the rules that Mesh prints for its own configuration.</summary>
public sealed class DivertedDatagramsTests
{
    [Theory]
    [InlineData("nftables")]
    [InlineData("iptables")]
    public async Task Datagrams_to_addresses_that_are_nobodys_are_routed_and_answered_by_their_original_destination(string format)
    {
        Assert.SkipWhen(HostNamespace.Missing() is not null, HostNamespace.Missing() ?? "");
        using var network = new NamespaceNetwork();
        using var one = new Echo(network.ServerHost, "one");
        using var two = new Echo(network.ServerHost, "two");
        await using var gateway = Gateway.On(network.GatewayHost);
        await gateway.Start();
        network.GatewayHost.Run("sysctl", "-q", "-w", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
        await gateway.Put("/listeners/datagrams", new { kind = "stream", listen = new[] { "0.0.0.0:5353 udp transparent", "[::]:5353 udp transparent" } });
        await Route(gateway, "one", one.Port, new { ip = "10.99.0.1", port = 53 }, new { ip = "fd00:99::1", port = 53 });
        await Route(gateway, "two", two.Port, new { ip = "10.99.0.0/24" }, new { ip = "fd00:99::/64" });
        await FirewallTests.Load(network.GatewayHost, format, async script =>
        {
            (int printed, string text) = await gateway.Run("firewall", "--format", script);
            Assert.True(printed == 0, text);
            return text + "\n";
        });

        // Another port than the listener's, the listener's own, and any other; sockets that are connected take answers from nowhere else.
        (string To, int Port, string Name)[] places =
        [
            ("10.99.0.1", 53, "one"), ("10.99.0.2", 53, "two"), ("10.99.0.2", 5353, "two"), ("10.99.0.1", 4711, "two"),
            ("fd00:99::1", 53, "one"), ("fd00:99::2", 53, "two"), ("fd00:99::2", 5353, "two"), ("fd00:99::1", 4711, "two"),
        ];
        foreach ((string to, int port, string name) in places)
        {
            using Socket first = Client(network, to, port);
            using Socket second = Client(network, to, port);
            for (int round = 0; round < 3; round++)
            {
                Assert.Equal($"{name}: a{round}", await Ask(first, $"a{round}"));
                Assert.Equal($"{name}: b{round}", await Ask(second, $"b{round}"));
            }
        }

        // One client, two destinations: two sessions on one source address.
        using Socket wandering = Client(network, "10.99.0.1", 53);
        Assert.Equal("one: first", await Ask(wandering, "first"));
        await wandering.ConnectAsync(new IPEndPoint(IPAddress.Parse("10.99.0.2"), 53));
        Assert.Equal("two: second", await Ask(wandering, "second"));
    }

    private static Socket Client(NamespaceNetwork network, string to, int port)
    {
        IPAddress address = IPAddress.Parse(to);
        Socket socket = network.ClientHost.Within(() => new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp));
        socket.Connect(new IPEndPoint(address, port));
        return socket;
    }

    private static async Task<string> Ask(Socket client, string text)
    {
        using var patience = new CancellationTokenSource(MeshProcess.Patience);
        byte[] buffer = new byte[64];
        await client.SendAsync(Encoding.ASCII.GetBytes(text), patience.Token);
        return Encoding.ASCII.GetString(buffer, 0, await client.ReceiveAsync(buffer, patience.Token));
    }

    private static async Task Route(Gateway gateway, string name, int port, params object[] destinations)
    {
        await gateway.Put($"/services/{name}", new { protocol = "udp", host = NamespaceNetwork.Server, port });
        await gateway.Put($"/routes/{name}", new { protocols = new[] { "udp" }, destinations, service = new { name } });
    }

    /// <summary>Sends each datagram back behind its name.</summary>
    private sealed class Echo : IDisposable
    {
        private readonly Socket socket;
        private readonly string name;

        public Echo(HostNamespace host, string name)
        {
            this.name = name;
            socket = host.Within(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
            socket.Bind(new IPEndPoint(IPAddress.Parse(NamespaceNetwork.Server), 0));
            _ = RunAsync();
        }

        public int Port => ((IPEndPoint)socket.LocalEndPoint!).Port;

        public void Dispose() => socket.Dispose();

        private async Task RunAsync()
        {
            byte[] buffer = new byte[64];
            try
            {
                while (true)
                {
                    SocketReceiveFromResult datagram = await socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0));
                    string told = $"{name}: {Encoding.ASCII.GetString(buffer, 0, datagram.ReceivedBytes)}";
                    await socket.SendToAsync(Encoding.ASCII.GetBytes(told), SocketFlags.None, datagram.RemoteEndPoint);
                }
            }
            catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
