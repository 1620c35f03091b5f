using BenchmarkDotNet.Attributes;
using Mesh.Abstractions.Configuration;
using Mesh.Benchmarks.Configuration;
using Mesh.Edge.Balancing;
using Mesh.Edge.Configuration;

namespace Mesh.Benchmarks.Balancing;

/// <summary>The choice of a target, among few and among many.</summary>
[MemoryDiagnoser]
public class PickBenchmark
{
    private static readonly Guid Upstream = Documents.Id(2);
    private UpstreamBalancer balancer = null!;

    [Params(2, 100)]
    public int Targets { get; set; }

    [GlobalSetup]
    public void Build()
    {
        EdgeSnapshot snapshot = Documents.Compile(Documents.Compiler(), Enumerable.Range(0, Targets).Select(Target)
            .Prepend(Documents.Put(EntityKinds.Upstreams, Upstream, $$"""{"id":"{{Upstream}}","name":"pool","algorithm":"round-robin","slots":10000}""")));
        balancer = snapshot.Upstreams.Find("pool") ?? throw new InvalidOperationException("the upstream is missing");
    }

    [Benchmark]
    public object? Pick() => balancer.Pick();

    private static EntityChange Target(int number)
    {
        Guid id = Documents.Id(100 + number);
        return Documents.Put(EntityKinds.Targets, id, $$"""{"id":"{{id}}","target":"10.0.{{number / 250}}.{{(number % 250) + 1}}:80","weight":{{100 + (number % 3)}},"upstream":{"id":"{{Upstream}}"} }""");
    }
}
