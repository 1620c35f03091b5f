using Mesh.Abstractions.Entities;
using Mesh.Edge.Configuration;
using Mesh.Edge.Routing;

namespace Mesh.Benchmarks.Routing;

/// <summary>A quick look at what the index costs: the median of a few runs, in time of the processor so that a busy machine disturbs less.</summary>
internal static class RouteScale
{
    private const int Runs = 5;
    private const int Probes = 50_000;
    private const int Changes = 2_000;
    private static readonly int[] Sizes = [1, 10_000, 100_000];

    public static void Print(TextWriter output)
    {
        output.WriteLine("shape     routes   load ms   bytes/route   add+remove us   match ns");
        foreach (RouteShape shape in Enum.GetValues<RouteShape>())
        {
            foreach (int size in Sizes)
            {
                Print(output, shape, size);
            }
        }
    }

    private static void Print(TextWriter output, RouteShape shape, int size)
    {
        ConfigChanges changes = RouteSets.Additions(RouteSets.MakeAll(shape, size));
        double load = Median(() => RouteTable.Empty.Apply(changes, EntityStore.Empty)).TotalMilliseconds;
        long before = GC.GetTotalMemory(forceFullCollection: true);
        RouteTable table = RouteTable.Empty.Apply(changes, EntityStore.Empty);
        long bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / size;

        Route extra = RouteSets.Make(shape, size);
        var removal = new ConfigChanges { Revision = 2 };
        removal.Routes.Add(new Changed<Route>(extra.Id, extra, null));
        ConfigChanges addition = RouteSets.Additions([extra]);
        double change = Median(() =>
        {
            for (int i = 0; i < Changes; i++)
            {
                table.Apply(addition, EntityStore.Empty).Apply(removal, EntityStore.Empty);
            }
        }).TotalMicroseconds / Changes;

        RouteQuery[] queries = [.. Enumerable.Range(0, Probes).Select(i => RouteSets.QueryFor(shape, (int)((long)i * size / Probes)))];
        double match = Median(() =>
        {
            foreach (RouteQuery query in queries)
            {
                table.TryMatch(query, out _);
            }
        }).TotalNanoseconds / Probes;
        GC.KeepAlive(changes);
        output.WriteLine($"{shape,-8} {size,7} {load,9:F1} {bytes,13} {change,15:F1} {match,10:F0}");
    }

    private static TimeSpan Median(Action action)
    {
        action();
        var times = new List<TimeSpan>(Runs);
        for (int run = 0; run < Runs; run++)
        {
            TimeSpan start = Environment.CpuUsage.TotalTime;
            action();
            times.Add(Environment.CpuUsage.TotalTime - start);
        }

        times.Sort();
        return times[Runs / 2];
    }
}
