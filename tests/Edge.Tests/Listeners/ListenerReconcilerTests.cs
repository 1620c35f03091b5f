using System.Net;
using System.Net.Sockets;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Configuration;
using Mesh.Edge.Listeners;
using Mesh.Edge.Plugins;
using Mesh.Edge.Tests.Sync;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Edge.Tests.Listeners;

public sealed class ListenerReconcilerTests : IAsyncLifetime, IDisposable
{
    private static readonly EdgeCompiler Compiler = new(PluginCatalog.Default, _ => ValueTask.CompletedTask);

    private readonly CurrentSnapshot current = new(Compiler.Empty);
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource slowStarted = new();
    private readonly TaskCompletionSource slowMayEnd = new();
    private TestEdge edge = null!;
    private ListenerReconciler reconciler = null!;
    private Task running = null!;
    private long revision;

    public async ValueTask InitializeAsync()
    {
        edge = await TestEdge.StartAsync("127.0.0.1:0", async (http, target) =>
        {
            if (target.RawPath == "/slow")
            {
                await http.Response.StartAsync();
                slowStarted.SetResult();
                await slowMayEnd.Task;
            }

            await http.Response.WriteAsync("whole");
        });
        var place = new EdgePlace("eu", "z1", new Dictionary<string, string> { ["tier"] = "front" });
        reconciler = new ListenerReconciler(
            new Dictionary<string, IListenerServer> { ["http"] = edge.Server }, place, trusted: null, current, TimeProvider.System, NullLogger.Instance);
        await reconciler.ReconcileAsync(CancellationToken.None);
        running = reconciler.Run(stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        reconciler.Dispose();
        await edge.DisposeAsync();
    }

    public void Dispose() => stop.Dispose();

    [Fact]
    public async Task Listeners_come_and_go_with_the_configuration_and_what_is_in_flight_ends_well()
    {
        int port = FreePort();
        await Apply(Put(1, $$""" "listen":["127.0.0.1:{{port}}"] """));
        using HttpClient first = Client(port);
        Task<string> slow = first.GetStringAsync("/slow");
        await slowStarted.Task.WaitAsync(TestEdge.Guard);

        int other = FreePort();
        await Apply(Put(2, $$""" "listen":["127.0.0.1:{{other}}"] """));
        using HttpClient second = Client(other);
        Assert.Equal("whole", await second.GetStringAsync("/"));

        await Apply(Documents.Delete(EntityKinds.Listeners, 1));
        Assert.Equal(ListenerState.Draining, Report(1).State);
        await Assert.ThrowsAsync<HttpRequestException>(() => Client(port).GetStringAsync("/"));
        Assert.Equal("whole", await second.GetStringAsync("/"));

        slowMayEnd.SetResult();
        Assert.Equal("whole", await slow);
        await TestEdge.UntilAsync(() => edge.Server.Reports().All(report => report.Id != Documents.Id(1)));
    }

    [Fact]
    public async Task A_conflict_is_reported_and_ends_when_the_address_is_free()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        int port = ((IPEndPoint)holder.LocalEndpoint).Port;
        await Apply(Put(1, $$""" "listen":["127.0.0.1:{{port}}"] """));
        Assert.Equal((ListenerState.Failed, $"127.0.0.1:{port}: address already in use"), (Report(1).State, Report(1).Reason));

        holder.Stop();
        await TestEdge.UntilAsync(() => Report(1).State == ListenerState.Bound);
        using HttpClient http = Client(port);
        Assert.Equal("whole", await http.GetStringAsync("/"));
    }

    [Theory]
    [InlineData(""" "selector":{"regions":["eu","us"],"labels":{"tier":"front"}} """, true)]
    [InlineData(""" "selector":{"regions":["us"]} """, false)]
    [InlineData(""" "selector":{"zones":["z2"]} """, false)]
    [InlineData(""" "selector":{"labels":{"tier":"front","rack":"7"}} """, false)]
    [InlineData(""" "enabled":false """, false)]
    public async Task Only_the_edges_that_are_chosen_listen(string fields, bool listens)
    {
        await Apply(Put(1, $$""" "listen":["127.0.0.1:{{FreePort()}}"],{{fields}} """));
        Assert.Equal(listens, edge.Server.Reports().Any(report => report.Id == Documents.Id(1)));
    }

    [Fact]
    public async Task A_kind_that_no_server_takes_is_said_to_fail()
    {
        await Apply(Put(1, """ "kind":"stream","listen":["127.0.0.1:9"] """));
        ListenerReport report = Assert.Single(reconciler.Refused);
        Assert.Equal((ListenerState.Failed, "this edge serves no listeners of the kind stream"), (report.State, report.Reason));
    }

    [Fact]
    public async Task Two_listeners_may_change_places_at_one_address()
    {
        int port = FreePort();
        await Apply(Put(1, $$""" "listen":["127.0.0.1:{{port}}"] """));
        await Apply(Documents.Delete(EntityKinds.Listeners, 1), Put(2, $$""" "listen":["127.0.0.1:{{port}} http2"] """));
        Assert.Equal((ListenerState.Bound, null), (Report(2).State, Report(2).Reason));
    }

    private static EntityChange Put(int number, string fields) =>
        Documents.Put(EntityKinds.Listeners, number, $$"""{"id":"{{Documents.Id(number)}}","name":"l{{number}}",{{fields}}}""");

    private async Task Apply(params EntityChange[] changes)
    {
        current.Publish(Compiler.Apply(current.Value, ++revision, changes));
        Assert.Empty(current.Value.Problems);
        reconciler.Notify();
        await TestEdge.UntilAsync(() => reconciler.Revision == revision);
    }

    private ListenerReport Report(int number) => edge.Server.Reports().Single(report => report.Id == Documents.Id(number));

    private static HttpClient Client(int port) => new() { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TestEdge.Guard };

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
