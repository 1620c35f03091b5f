using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Mesh.Silo.Tests.EndToEnd;

/// <summary>HTTP/2 with a client made of hyper-h2 (<c>h2peer.py</c>), through the whole gateway to a server.</summary>
public sealed class Http2PeerTests : IAsyncLifetime
{
    /// <summary>Debian's, which has the library.</summary>
    private const string Python = "/usr/bin/python3";
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "EndToEnd", "h2peer.py");

    private readonly TaskCompletionSource hold = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Gateway gateway = new();
    private readonly TcpListener raw = new(IPAddress.Loopback, 0);
    private Upstream upstream = null!;
    private Task serving = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        upstream = await Upstream.Start(app => app.Run(Serve));
        await gateway.Start();
        await gateway.RouteTo("peer", upstream.Address);
        raw.Start();
        serving = ServeTrailers();
        await gateway.RouteTo("raw", new Uri($"http://{raw.LocalEndpoint}"));
    }

    public async ValueTask DisposeAsync()
    {
        hold.TrySetResult();
        await gateway.DisposeAsync();
        await upstream.DisposeAsync();
        raw.Dispose();
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    [Fact]
    public async Task An_independent_client_finds_the_protocol_as_it_should_be()
    {
        string[] checks = ["streams", "continuation", "padding", "priority", "trailers", "tiny_windows", "settings", "upload", "ping", "bodiless", "reset"];
        foreach (string check in checks)
        {
            using Process peer = Start(gateway.ProxyTlsPort, check);
            string said = await peer.StandardOutput.ReadToEndAsync();
            Assert.Equal("ok", said.Trim() + await peer.StandardError.ReadToEndAsync());
        }
    }

    [Fact]
    public async Task A_listener_that_leaves_says_goaway_and_answers_what_is_under_way()
    {
        int port = MeshProcess.FreePorts(1)[0];
        await gateway.Put("/listeners/leaving", new { listen = new[] { $"127.0.0.1:{port} ssl http2" } });
        using Process peer = Start(port, "drain");
        Assert.Equal("held", await peer.StandardOutput.ReadLineAsync());

        using HttpResponseMessage removed = await gateway.Admin.DeleteAsync("/listeners/leaving?wait=edges");
        Assert.True(removed.IsSuccessStatusCode);
        Assert.Equal("goaway", await peer.StandardOutput.ReadLineAsync());
        hold.SetResult();

        Assert.Equal("ok", (await peer.StandardOutput.ReadToEndAsync()).Trim() + await peer.StandardError.ReadToEndAsync());
    }

    private static Process Start(int port, string check) => Process.Start(
        new ProcessStartInfo(Python, [Script, $"{port}", check]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    private async Task Serve(HttpContext http)
    {
        HttpRequest request = http.Request;
        HttpResponse response = http.Response;
        switch (request.Path.Value)
        {
            case "/bytes":
                response.ContentLength = 30_000;
                if (!HttpMethods.IsHead(request.Method))
                {
                    await response.WriteAsync(new string('z', 30_000));
                }

                break;
            case "/nothing":
                response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case "/long-head":
                for (int i = 0; i < 5; i++)
                {
                    response.Headers[$"x-part-{i}"] = new string('p', 4000);
                }

                break;
            case "/hold":
                await response.WriteAsync("begin");
                await response.Body.FlushAsync();
                await hold.Task;
                await response.WriteAsync("end");
                break;
            default:
                await Echo(request, response);
                break;
        }
    }

    /// <summary>Method, path and query, length of the body; how long the long headers were.</summary>
    private static async Task Echo(HttpRequest request, HttpResponse response)
    {
        var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        response.Headers["x-long"] = $"{request.Headers.Where(header => header.Key.StartsWith("x-long-", StringComparison.OrdinalIgnoreCase)).Sum(header => header.Value.ToString().Length)}";
        await response.WriteAsync($"{request.Method} {request.Path}{request.QueryString} {body.Length}");
    }

    /// <summary>The library's server sends no trailers over HTTP/1.1: takes one chunked request and answers its body with one.</summary>
    private async Task ServeTrailers()
    {
        using Socket client = await raw.AcceptSocketAsync();
        await using var stream = new NetworkStream(client);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        while (await reader.ReadLineAsync() is { Length: > 0 })
        {
        }

        string chunk = await reader.ReadLineAsync() + "\r\n" + await reader.ReadLineAsync();
        await stream.WriteAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x-end\r\n\r\n{chunk}\r\n0\r\nx-end: done\r\n\r\n"));
        await reader.ReadToEndAsync();
    }
}
