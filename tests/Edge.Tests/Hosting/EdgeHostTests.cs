using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Hosting;
using Mesh.Edge.Settings;
using Mesh.Edge.Tests.Sync;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Edge.Tests.Hosting;

/// <summary>A whole edge over real sockets: only the control plane is a fake.</summary>
public sealed class EdgeHostTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly FakeControlPlane controlPlane = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task A_commit_routes_a_request_and_the_next_one_routes_it_elsewhere()
    {
        await using TestUpstream first = await TestUpstream.Start("first");
        await using TestUpstream second = await TestUpstream.Start("second");
        await using RunningEdge edge = await RunningEdge.Start(directory.Path, controlPlane);
        Assert.Equal(HttpStatusCode.NotFound, (await edge.Get("/r1")).Status);

        controlPlane.Commit(Documents.Service(1, port: first.Port), Documents.Route(1, 1));
        await edge.Reaches(1);
        Assert.Equal((HttpStatusCode.OK, "first"), await edge.Get("/r1/x"));

        controlPlane.Commit(Documents.Service(1, port: second.Port));
        await edge.Reaches(2);
        Assert.Equal((HttpStatusCode.OK, "second"), await edge.Get("/r1/x"));

        controlPlane.Commit(Documents.Delete(EntityKinds.Routes, 1));
        await edge.Reaches(3);
        Assert.Equal(HttpStatusCode.NotFound, (await edge.Get("/r1/x")).Status);

        await RunningEdge.Until(() => Task.FromResult(controlPlane.Reports.Any(report => report.AppliedRevision == 3)));
        EdgeReport report = controlPlane.Reports[^1];
        Assert.Equal(edge.Host.Identity, report.Edge);
        Assert.Equal([("proxy", ListenerState.Bound), ("status", ListenerState.Bound)], report.Listeners.Select(listener => (listener.Name, listener.State)));
        await RunningEdge.Until(() => Task.FromResult(
            controlPlane.Reports.SelectMany(sent => sent.Traffic).SelectMany(batch => batch.Samples)
                .Where(sample => sample.Subject == TrafficSubject.Route).Sum(sample => sample.Requests) == 2));
    }

    [Fact]
    public async Task With_no_control_plane_it_serves_from_disk_and_says_so()
    {
        await using TestUpstream upstream = await TestUpstream.Start("kept");
        controlPlane.Commit(Documents.Service(1, port: upstream.Port), Documents.Route(1, 1));
        Guid id;
        string? fingerprint;
        await using (RunningEdge before = await RunningEdge.Start(directory.Path, controlPlane))
        {
            await before.Reaches(1);
            id = before.Host.Identity.Id;
            fingerprint = (await before.GetStatus("/status")).Body["configuration_hash"]!.GetValue<string>();
            Assert.Equal("control_plane", (await before.GetStatus("/status/ready")).Body["mesh"]!["configuration_source"]!.GetValue<string>());
        }

        controlPlane.Failure = new IOException("no silo answers");
        await using RunningEdge after = await RunningEdge.Start(directory.Path, controlPlane);
        Assert.Equal((HttpStatusCode.OK, "kept"), await after.Get("/r1"));
        Assert.Equal(id, after.Host.Identity.Id);
        await RunningEdge.Until(async () => (await after.GetStatus("/status/ready")).Body["mesh"]!["control_plane"]!["failure"]?.GetValue<string>() == "no silo answers");
        (HttpStatusCode status, JsonNode body) = await after.GetStatus("/status/ready");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("ready", body["message"]!.GetValue<string>());
        Assert.Equal("disk", body["mesh"]!["configuration_source"]!.GetValue<string>());
        Assert.False(body["mesh"]!["control_plane"]!["connected"]!.GetValue<bool>());
        Assert.Equal(fingerprint, (await after.GetStatus("/status")).Body["configuration_hash"]!.GetValue<string>());

        controlPlane.Commit(Documents.Route(2, 1));
        controlPlane.Failure = null;
        await after.Reaches(2);
        Assert.Equal((HttpStatusCode.OK, "kept"), await after.Get("/r2"));
    }

    [Fact]
    public async Task With_nothing_at_all_it_is_not_ready_and_never_answers_404()
    {
        controlPlane.Failure = new IOException("no silo answers");
        await using RunningEdge edge = await RunningEdge.Start(directory.Path, controlPlane);
        (HttpStatusCode status, JsonNode body) = await edge.GetStatus("/status/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("no configuration available (empty configuration present)", body["message"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await edge.Get("/")).Status);

        controlPlane.Failure = null;
        await RunningEdge.Until(async () => (await edge.GetStatus("/status/ready")).Status == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.NotFound, (await edge.Get("/")).Status);
    }

    [Fact]
    public async Task Damaged_files_never_stop_the_start()
    {
        controlPlane.Commit(Documents.Service(1));
        await using (RunningEdge before = await RunningEdge.Start(directory.Path, controlPlane))
        {
            await before.Reaches(1);
        }

        foreach (string file in Directory.GetFiles(directory.File("edge"), "*", SearchOption.AllDirectories))
        {
            await File.WriteAllTextAsync(file, "damaged", TestContext.Current.CancellationToken);
        }

        controlPlane.Failure = new IOException("no silo answers");
        await using RunningEdge after = await RunningEdge.Start(directory.Path, controlPlane);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await after.GetStatus("/status/ready")).Status);
        JsonNode notes = (await after.GetStatus("/status")).Body["mesh"]!["last_known_good"]!["notes"]!;
        Assert.NotEmpty(notes.AsArray());

        controlPlane.Failure = null;
        await after.Reaches(1);
    }

    [Fact]
    public async Task The_end_lets_requests_in_flight_finish_takes_no_more_and_reports_a_last_time()
    {
        await using TestUpstream upstream = await TestUpstream.Start("finished");
        controlPlane.Commit(Documents.Service(1, port: upstream.Port), Documents.Route(1, 1));
        RunningEdge edge = await RunningEdge.Start(directory.Path, controlPlane);
        await edge.Reaches(1);
        Task<(HttpStatusCode Status, string Body)> held = edge.Get("/r1/held");
        await upstream.Arrived.Task.WaitAsync(TestContext.Current.CancellationToken);

        Task stop = edge.Host.StopAsync(EdgeHost.DrainTimeout);
        await RunningEdge.Until(async () => (await edge.GetStatus("/status/ready")).Body["message"]!.GetValue<string>() == "draining");
        await RunningEdge.Until(async () => !await edge.Accepts());
        Assert.False(stop.IsCompleted);
        upstream.Release.SetResult();
        Assert.Equal((HttpStatusCode.OK, "finished"), await held);
        await stop.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, controlPlane.Reports.SelectMany(sent => sent.Traffic).SelectMany(batch => batch.Samples)
            .Where(sample => sample.Subject == TrafficSubject.Route).Sum(sample => sample.Requests));
        await edge.DisposeAsync();
    }

    [Fact]
    public async Task A_port_in_use_is_one_line_that_says_which_and_what_would_be_right()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string listen = $"127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";
        foreach ((string setting, EdgeSettings settings) in new[]
        {
            ("MESH_PROXY_LISTEN", RunningEdge.Settings(directory.Path) with { ProxyListen = listen }),
            ("MESH_STATUS_LISTEN", RunningEdge.Settings(directory.Path) with { StatusListen = listen }),
        })
        {
            EdgeStart start = await Start(settings);
            Assert.False(start.Started);
            Assert.StartsWith($"{setting} \"{listen}\"", start.Problem, StringComparison.Ordinal);
            Assert.Contains("in use", start.Problem, StringComparison.Ordinal);
            Assert.Contains("expected", start.Problem, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', start.Problem);
        }
    }

    [Fact]
    public async Task A_wrong_listen_list_or_data_directory_is_one_line()
    {
        EdgeStart start = await Start(RunningEdge.Settings(directory.Path) with { ProxyListen = "127.0.0.1:1 nonsense" });
        Assert.StartsWith("MESH_PROXY_LISTEN \"127.0.0.1:1 nonsense\"", start.Problem, StringComparison.Ordinal);

        await File.WriteAllTextAsync(directory.File("file"), "", TestContext.Current.CancellationToken);
        start = await Start(RunningEdge.Settings(directory.File("file")));
        Assert.StartsWith("MESH_DATA_DIR", start.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', start.Problem!);
    }

    [Fact]
    public async Task Listeners_may_be_off()
    {
        EdgeStart start = await Start(RunningEdge.Settings(directory.Path) with { ProxyListen = "off", StatusListen = "off" });
        Assert.True(start.Started);
        Assert.Empty(start.Host.ProxyListeners);
        await start.Host.DisposeAsync();
    }

    private Task<EdgeStart> Start(EdgeSettings settings) =>
        EdgeHost.StartAsync(settings, "mesh-edge", controlPlane, NullLoggerFactory.Instance, TimeProvider.System, TestContext.Current.CancellationToken);
}
