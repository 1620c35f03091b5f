using BenchmarkDotNet.Attributes;
using Mesh.Edge.Configuration;
using Mesh.Edge.Routing;

namespace Mesh.Benchmarks.Routing;

/// <summary>One match in tables of growing size: the time must not grow with them, and nothing is allocated.</summary>
[MemoryDiagnoser]
public class MatchBenchmark
{
    private RouteTable table = RouteTable.Empty;
    private RouteQuery hit;
    private RouteQuery miss;

    [Params(1, 10_000, 100_000)]
    public int Routes { get; set; }

    [Params(RouteShape.Paths, RouteShape.Hosts, RouteShape.Headers, RouteShape.Mixed)]
    public RouteShape Shape { get; set; }

    [GlobalSetup]
    public void Build()
    {
        table = RouteTable.Empty.Apply(RouteSets.Additions(RouteSets.MakeAll(Shape, Routes)), EntityStore.Empty);
        hit = RouteSets.QueryFor(Shape, Routes / 2);
        miss = hit with { Host = "other.example.com" };
    }

    [Benchmark]
    public bool Hit() => table.TryMatch(hit, out _);

    [Benchmark]
    public bool Miss() => table.TryMatch(miss, out _);
}
