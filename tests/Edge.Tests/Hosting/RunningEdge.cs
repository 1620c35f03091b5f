using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Mesh.Abstractions.ControlPlane;
using Mesh.Edge.Hosting;
using Mesh.Edge.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Edge.Tests.Hosting;

/// <summary>An edge on free ports of this machine, and a client for it.</summary>
internal sealed class RunningEdge : IAsyncDisposable
{
    private readonly HttpClient client = new();

    private RunningEdge(EdgeHost host)
    {
        Host = host;
        Proxy = Address(host.ProxyListeners[0].Directive);
        Status = Address(host.StatusListeners[0].Directive);
    }

    public EdgeHost Host { get; }

    public Uri Proxy { get; }

    public Uri Status { get; }

    public static EdgeSettings Settings(string directory) =>
        new() { ProxyListen = "127.0.0.1:0", StatusListen = "127.0.0.1:0", DataDirectory = directory };

    public static async Task<RunningEdge> Start(string directory, IControlPlane controlPlane, Func<EdgeSettings, EdgeSettings>? configure = null)
    {
        EdgeStart start = await EdgeHost.StartAsync((configure ?? (settings => settings))(Settings(directory)), "mesh-edge", controlPlane, NullLoggerFactory.Instance, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Null(start.Problem);
        return new RunningEdge(start.Host!);
    }

    public async Task<(HttpStatusCode Status, string Body)> Get(string path)
    {
        using HttpResponseMessage response = await client.GetAsync(new Uri(Proxy, path), TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public async Task<(HttpStatusCode Status, JsonNode Body)> GetStatus(string path)
    {
        using HttpResponseMessage response = await client.GetAsync(new Uri(Status, path), TestContext.Current.CancellationToken);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!);
    }

    public Task Reaches(long revision) => Until(() => Task.FromResult(Host.Revision >= revision));

    public static async Task Until(Func<Task<bool>> condition)
    {
        using var guard = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        guard.CancelAfter(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            guard.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public async Task<bool> Accepts()
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(Proxy.Host, Proxy.Port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await Host.DisposeAsync();
    }

    private static Uri Address(string directive) => new($"http://{directive.Split(' ')[0]}/");
}
