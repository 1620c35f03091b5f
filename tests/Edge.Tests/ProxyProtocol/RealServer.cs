using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tests.Streams;

namespace Mesh.Edge.Tests.ProxyProtocol;

/// <summary>A real HAProxy or nginx on a port of its own, until it is disposed.</summary>
internal sealed class RealServer : IAsyncDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("mesh-real-").FullName;
    private readonly Process process;

    private RealServer(string program, Func<string, string, string[]> arguments, string configuration)
    {
        string file = Path.Combine(directory, "server.conf");
        File.WriteAllText(file, configuration.Replace("{directory}", directory, StringComparison.Ordinal).Replace("{port}", $"{Port}", StringComparison.Ordinal));
        process = Process.Start(new ProcessStartInfo(program, arguments(file, directory)) { RedirectStandardError = true, RedirectStandardOutput = true })!;
    }

    public int Port { get; } = TcpTarget.DeadPort();

    /// <param name="sections">Frontends and backends; the frontend is on <c>127.0.0.1:{port}</c>.</param>
    public static Task<RealServer> HaproxyAsync(string mode, string sections) => StartAsync(new RealServer("haproxy", (file, _) => ["-db", "-f", file], $"""
        defaults
          mode {mode}
          timeout connect 10s
          timeout client 10s
          timeout server 10s
        {sections}

        """));

    /// <param name="block">The http or stream block; it listens on <c>127.0.0.1:{port}</c>.</param>
    public static Task<RealServer> NginxAsync(string block) => StartAsync(new RealServer("nginx", (file, directory) => ["-p", directory, "-c", file, "-e", "stderr"], $$"""
        daemon off;
        pid {directory}/pid;
        error_log stderr;
        load_module /usr/lib/nginx/modules/ngx_stream_module.so;
        events {}
        {{block}}

        """));

    public async ValueTask DisposeAsync()
    {
        // nginx's workers end with their master only when it is asked to end.
        using Process kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        using var guard = new CancellationTokenSource(TestEdge.Guard);
        await process.WaitForExitAsync(guard.Token);
        process.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private static async Task<RealServer> StartAsync(RealServer server)
    {
        using var guard = new CancellationTokenSource(TestEdge.Guard);
        while (!await IsListeningAsync(server.Port))
        {
            Assert.False(server.process.HasExited, server.process.HasExited ? await server.process.StandardError.ReadToEndAsync() : "");
            guard.Token.ThrowIfCancellationRequested();
        }

        return server;
    }

    private static async Task<bool> IsListeningAsync(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await probe.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
