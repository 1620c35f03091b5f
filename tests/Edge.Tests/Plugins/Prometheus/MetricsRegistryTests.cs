using Mesh.Abstractions.Entities;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins.Logging;
using Mesh.Edge.Plugins.Prometheus;
using Mesh.Edge.Tests.Pipeline;

namespace Mesh.Edge.Tests.Plugins.Prometheus;

public sealed class MetricsRegistryTests
{
    private static readonly StatusKey Ok = new(200, true);
    private readonly MetricsRegistry registry = new();

    [Fact]
    public void Counts_of_many_threads_add_up()
    {
        const int each = 100_000;
        RouteSeries series = registry.For(Entities.Service(1, 80), Entities.Route(2, 1));
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < each; i++)
            {
                series.For("alice")!.TryCount(Ok);
                series.Anyone.TryAddBandwidth(2, 3);
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(8 * each, registry.Bank.Sum(Assert.Single(series.For("alice")!.Statuses).Value));
        Assert.Equal((16 * each, 24 * each), (registry.Bank.Sum(series.Anyone.BandwidthSlots), registry.Bank.Sum(series.Anyone.BandwidthSlots + 1)));
    }

    [Fact]
    public void Recording_allocates_nothing_in_steady_state()
    {
        var step = new PrometheusStep(new PrometheusSettings(), registry);
        Service service = Entities.Service(1, 80);
        Route route = Entities.Route(2, 1) with { Name = null };
        var latencies = new Latencies(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(30), TimeSpan.Zero, TimeSpan.FromMilliseconds(31));
        long allocated = 0;

        // A change of processor opens that one's memory once; it must not do so in round after round.
        for (int round = 0; round < 20; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                RouteSeries series = registry.For(service, route);
                series.For("alice")!.TryCount(Ok);
                step.CountBytes(series, "alice", 100, 200);
                step.CountTime(series, latencies.Kong, latencies.Request, latencies.Proxy);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated == 0)
            {
                break;
            }
        }

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Labels_beyond_the_bound_go_to_the_one_other_series()
    {
        RouteSeries series = registry.For(null, Entities.Route(2, null));
        int known = 0;
        for (int i = 0; i < MetricsRegistry.MaxLabelSets + 100; i++)
        {
            known += series.For($"consumer-{i}") is null ? 0 : 1;
        }

        Assert.Equal(MetricsRegistry.MaxLabelSets - 1, known);
        Assert.Same(registry.Other, registry.For(null, Entities.Route(3, null)));
        Assert.Same(series, registry.For(null, Entities.Route(2, null)));
        Assert.NotNull(series.For("consumer-0"));
    }

    [Fact]
    public void Without_counters_left_everything_is_still_counted_under_other()
    {
        Assert.True(registry.Bank.TryTake(MetricsRegistry.MaxSlots, MetricsRegistry.MaxSlots, out _));
        var bench = new PluginBench(_ => new Mesh.Edge.Plugins.PluginCatalog([new PrometheusPlugin(registry)]));
        bench.Put(PluginBench.Plugin("prometheus", """{"status_code_metrics":true,"latency_metrics":true,"bandwidth_metrics":true}"""));
        Exchange exchange = bench.Exchange();
        new PrometheusStep(new PrometheusSettings { StatusCodeMetrics = true, LatencyMetrics = true, BandwidthMetrics = true }, registry).Run(exchange);
        RouteSeries series = registry.For(exchange.Service, exchange.Route!);
        Assert.Equal((-1, -1), (series.LatencySlots, series.Anyone.BandwidthSlots));
        Assert.Empty(series.Anyone.Statuses);
        Assert.Equal(1, registry.Bank.Sum(Assert.Single(registry.Other.Anyone.Statuses).Value));
        Assert.True(registry.Bank.Sum(registry.Other.Anyone.BandwidthSlots) > 0);
        Assert.True(registry.Other.LatencySlots >= 0);
    }

    /// <summary>A service that is renamed or moved gets series of its own; the route's old ones stand.</summary>
    [Fact]
    public void Series_follow_the_names_of_service_and_route()
    {
        Route route = Entities.Route(2, 1);
        RouteSeries before = registry.For(Entities.Service(1, 80), route);
        RouteSeries after = registry.For(Entities.Service(1, 80) with { Name = null, Host = "renamed.test" }, route);
        Assert.Equal(("service-1", "renamed.test", "route-2"), (before.Service, after.Service, after.Route));
        Assert.Same(before, registry.For(Entities.Service(1, 80), Entities.Route(2, 1)));
        Assert.Equal("", registry.For(null, route).Service);
    }
}
