using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Mesh.Silo.Tests.EndToEnd;

/// <summary>A service manager binds the sockets and passes them on. Binding them again would fail: they listen already.</summary>
public sealed class SocketActivationTests : IDisposable
{
    /// <summary>Binds what it is told (ports of this machine, paths), then becomes the command behind <c>--</c>, as systemd does.</summary>
    private const string Manager = """
        import os, socket, sys
        end = sys.argv.index('--')
        places = sys.argv[1:end]
        for i, place in enumerate(places):
            if place.startswith('/'):
                passed = socket.socket(socket.AF_UNIX)
                passed.bind(place)
            elif place.startswith('udp:'):
                passed = socket.socket(type=socket.SOCK_DGRAM)
                passed.bind(('127.0.0.1', int(place[4:])))
            else:
                passed = socket.socket()
                passed.bind(('127.0.0.1', int(place)))
            if passed.type == socket.SOCK_STREAM:
                passed.listen()
            os.dup2(passed.fileno(), 100 + i)
        for i in range(len(places)):
            os.dup2(100 + i, 3 + i)
            os.close(100 + i)
        os.closerange(3 + len(places), 100)
        os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(places)), LISTEN_FDNAMES=':'.join('place%d' % i for i in range(len(places))))
        os.execvp(sys.argv[end + 1], sys.argv[end + 1:])
        """;

    private readonly string directory = Directory.CreateTempSubdirectory("mesh-sockets-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task A_listener_takes_the_socket_of_its_address_and_takes_it_again()
    {
        int[] ports = MeshProcess.FreePorts(3);
        string path = Path.Combine(directory, "proxy.sock");
        await using var gateway = new Gateway(new() { ["MESH_PROXY_LISTEN"] = $"127.0.0.1:{ports[0]}" })
        {
            Launcher = ["python3", "-c", Manager, $"{ports[0]}", $"{ports[1]}", path, $"{ports[2]}", "--"],
        };
        await gateway.Start(edge: false);
        await gateway.Process.Until(async () => (await StatusAt(ports[0])) == HttpStatusCode.NotFound, "the proxy answers on the passed socket");
        await gateway.Process.Until(() => Task.FromResult(gateway.Process.Output.Contains("place3 (127.0.0.1:", StringComparison.Ordinal)), "the socket that nobody takes is named");

        for (int round = 0; round < 3; round++)
        {
            JsonElement written = await gateway.Put("/listeners/passed", new { listen = new[] { $"127.0.0.1:{ports[1]} so_keepalive=on", $"unix:{path}" } });
            Assert.All(written.GetProperty("edges").EnumerateArray(), edge => Assert.Equal("bound", edge.GetProperty("state").GetString()));
            Assert.Equal(HttpStatusCode.NotFound, await StatusAt(ports[1]));
            Assert.StartsWith("HTTP/1.1 404 ", await Exchange(new UnixDomainSocketEndPoint(path)), StringComparison.Ordinal);

            using HttpResponseMessage gone = await gateway.Admin.DeleteAsync("/listeners/passed?wait=edges");
            Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        }

        // The socket is the manager's: while nobody listens on it, connections wait.
        Task<string> waiting = Exchange(new IPEndPoint(IPAddress.Loopback, ports[1]));
        await gateway.Put("/listeners/passed", new { listen = new[] { $"127.0.0.1:{ports[1]}" } });
        Assert.StartsWith("HTTP/1.1 404 ", await waiting, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Datagrams_come_by_a_passed_socket_too_and_wait_in_it_while_nobody_takes_them()
    {
        using UdpClient target = new(new IPEndPoint(IPAddress.Loopback, 0));
        int port = FreeDatagramPort();
        await using var gateway = new Gateway { Launcher = ["python3", "-c", Manager, $"udp:{port}", "--"] };
        await gateway.Start();
        await gateway.Put("/services/names", new { protocol = "udp", host = "127.0.0.1", port = ((IPEndPoint)target.Client.LocalEndPoint!).Port });
        await gateway.Put("/routes/names", new { protocols = new[] { "udp" }, destinations = new[] { new { port } }, service = new { name = "names" } });
        using UdpClient client = new(AddressFamily.InterNetwork);
        client.Connect(IPAddress.Loopback, port);

        for (int round = 0; round < 3; round++)
        {
            using var patience = new CancellationTokenSource(MeshProcess.Patience);
            await client.SendAsync(new[] { (byte)round }, patience.Token);
            await gateway.Put("/listeners/passed", new { kind = "stream", listen = new[] { $"127.0.0.1:{port} udp" } });
            UdpReceiveResult asked = await target.ReceiveAsync(patience.Token);
            Assert.Equal(round, Assert.Single(asked.Buffer));
            await target.SendAsync(new[] { (byte)(100 + round) }, asked.RemoteEndPoint, patience.Token);
            Assert.Equal(100 + round, Assert.Single((await client.ReceiveAsync(patience.Token)).Buffer));

            using HttpResponseMessage gone = await gateway.Admin.DeleteAsync("/listeners/passed?wait=edges");
            Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        }
    }

    private static int FreeDatagramPort()
    {
        using UdpClient free = new(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)free.Client.LocalEndPoint!).Port;
    }

    private static async Task<HttpStatusCode> StatusAt(int port)
    {
        using var client = new HttpClient();
        using HttpResponseMessage answer = await client.GetAsync($"http://127.0.0.1:{port}/");
        return answer.StatusCode;
    }

    private static async Task<string> Exchange(EndPoint place)
    {
        using var patience = new CancellationTokenSource(MeshProcess.Patience);
        using var socket = new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(place, patience.Token);
        await socket.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8.ToArray(), patience.Token);
        using var reader = new StreamReader(new NetworkStream(socket));
        return await reader.ReadToEndAsync(patience.Token);
    }
}
