using BenchmarkDotNet.Attributes;
using Mesh.Edge.Routing;

namespace Mesh.Benchmarks.Routing;

/// <summary>The path of every request goes through here; one that is normal already costs a scan.</summary>
[MemoryDiagnoser]
public class NormalizeBenchmark
{
    [Params("/api/items/42", "/static/app.js", "/a/../b//%7Euser/%2Fx")]
    public string Path { get; set; } = "";

    [Benchmark]
    public bool Normalize() => PathNormalizer.TryNormalize(Path, out _);
}
