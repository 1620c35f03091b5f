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
            else:
                passed = socket.socket()
                passed.bind(('127.0.0.1', int(place)))
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
