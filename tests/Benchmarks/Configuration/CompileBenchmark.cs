using BenchmarkDotNet.Attributes;
using Mesh.Abstractions.Configuration;
using Mesh.Edge.Configuration;

namespace Mesh.Benchmarks.Configuration;

/// <summary>One route added to a whole edge snapshot, as from a commit: decoded, digested, placed in every table.</summary>
[MemoryDiagnoser]
public class CompileBenchmark
{
    private EdgeCompiler compiler = Documents.Compiler();
    private EdgeSnapshot snapshot = null!;
    private EntityChange[] change = [];

    [Params(1, 10_000, 100_000)]
    public int Routes { get; set; }

    [GlobalSetup]
    public void Build()
    {
        compiler = Documents.Compiler();
        snapshot = Documents.Compile(compiler, Enumerable.Range(0, Routes).Select(Documents.Route).Prepend(Documents.ServiceDocument()));
        change = [Documents.Route(Routes)];
    }

    [Benchmark]
    public object Add() => compiler.Apply(snapshot, 2, change);
}
