using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Mesh.Edge.Tests.Listeners;

namespace Mesh.Edge.Tests.Streams;

/// <summary>A real server of somebody else's on a port of its own, until it is disposed.</summary>
internal sealed class RealServer : IAsyncDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("mesh-real-").FullName;
    private readonly Process process;

    /// <param name="arguments">In these and in the text <c>{port}</c>, <c>{directory}</c> and <c>{file}</c> are replaced.</param>
    /// <param name="text">What the file holds.</param>
    /// <param name="certificate">What a second file, <c>certificate</c>, holds.</param>
    private RealServer(string program, string[] arguments, string text, string certificate = "")
    {
        File.WriteAllText(Path.Combine(directory, "certificate"), certificate);
        File.WriteAllText(Path.Combine(directory, "file"), Filled(text));
        process = Process.Start(new ProcessStartInfo(program, arguments.Select(Filled)) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true })!;
        _ = process.StandardOutput.ReadToEndAsync();
    }

    public int Port { get; } = TcpTarget.DeadPort();

    /// <param name="sections">Frontends and backends; the frontend is on <c>127.0.0.1:{port}</c>.</param>
    /// <param name="certificate">With its key, as <c>{directory}/certificate</c>.</param>
    public static Task<RealServer> HaproxyAsync(string mode, string sections, string certificate = "") => StartAsync(new RealServer("haproxy", ["-db", "-f", "{file}"], $"""
        defaults
          mode {mode}
          timeout connect 10s
          timeout client 10s
          timeout server 10s
        {sections}

        """, certificate));

    /// <param name="block">The http or stream block; it listens on <c>127.0.0.1:{port}</c>.</param>
    public static Task<RealServer> NginxAsync(string block) => StartAsync(new RealServer("nginx", ["-p", "{directory}", "-c", "{file}", "-e", "stderr"], $$"""
        daemon off;
        pid {directory}/pid;
        error_log stderr;
        load_module /usr/lib/nginx/modules/ngx_stream_module.so;
        events {}
        {{block}}

        """));

    /// <summary>A DNS server, over UDP and TCP, that knows one name.</summary>
    public static Task<RealServer> DnsmasqAsync(string name, string address) => StartAsync(new RealServer(
        "dnsmasq", ["--no-daemon", "--conf-file={file}", "--port={port}", "--listen-address=127.0.0.1", "--bind-interfaces", "--no-resolv", "--no-hosts", $"--address=/{name}/{address}"], ""));

    /// <summary>A web server of OpenSSL's own with that certificate.</summary>
    public static Task<RealServer> OpensslAsync((string Cert, string Key) certificate) => StartAsync(new RealServer(
        "openssl", ["s_server", "-accept", "127.0.0.1:{port}", "-cert", "{file}", "-www"], certificate.Cert + "\n" + certificate.Key));

    public async ValueTask DisposeAsync()
    {
        // nginx's workers end with their master only when it is asked to end.
        using Process kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        using var guard = new CancellationTokenSource(TestEdge.Guard);
        await process.WaitForExitAsync(guard.Token);
        process.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private string Filled(string text) => text
        .Replace("{file}", Path.Combine(directory, "file"), StringComparison.Ordinal)
        .Replace("{directory}", directory, StringComparison.Ordinal)
        .Replace("{port}", $"{Port}", StringComparison.Ordinal);

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
