using BenchmarkDotNet.Attributes;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Configuration;
using Mesh.Edge.Routing;

namespace Mesh.Benchmarks.Routing;

/// <summary>One route added to, and taken from, tables of growing size.</summary>
[MemoryDiagnoser]
public class ChangeBenchmark
{
    private RouteTable table = RouteTable.Empty;
    private ConfigChanges add = RouteSets.Additions([]);
    private ConfigChanges remove = RouteSets.Additions([]);

    [Params(1, 10_000, 100_000)]
    public int Routes { get; set; }

    [Params(RouteShape.Paths, RouteShape.Hosts, RouteShape.Headers)]
    public RouteShape Shape { get; set; }

    [GlobalSetup]
    public void Build()
    {
        Route[] routes = RouteSets.MakeAll(Shape, Routes);
        table = RouteTable.Empty.Apply(RouteSets.Additions(routes), EntityStore.Empty);
        add = RouteSets.Additions([RouteSets.Make(Shape, Routes)]);
        remove = new ConfigChanges { Revision = 2 };
        remove.Routes.Add(new Changed<Route>(routes[Routes / 2].Id, routes[Routes / 2], null));
    }

    [Benchmark]
    public object Add() => table.Apply(add, EntityStore.Empty);

    [Benchmark]
    public object Remove() => table.Apply(remove, EntityStore.Empty);
}
