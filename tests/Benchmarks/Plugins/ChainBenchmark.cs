using BenchmarkDotNet.Attributes;
using Mesh.Abstractions.Configuration;
using Mesh.Benchmarks.Configuration;
using Mesh.Edge.Configuration;
using Mesh.Edge.Pipeline;

namespace Mesh.Benchmarks.Plugins;

/// <summary>The plugins of a route. A fresh exchange is part of each run: what the plugins cost is the difference to none.</summary>
[MemoryDiagnoser]
public class ChainBenchmark
{
    private static readonly Guid Consumer = Documents.Id(3);
    private static readonly Guid Credential = Documents.Id(4);
    private EdgeSnapshot snapshot = null!;

    public enum Guard
    {
        None,
        KeyAuth,
        KeyAuthAndRateLimiting,
    }

    [Params(Guard.None, Guard.KeyAuth, Guard.KeyAuthAndRateLimiting)]
    public Guard Plugins { get; set; }

    [GlobalSetup]
    public void Build()
    {
        List<EntityChange> entities =
        [
            Documents.ServiceDocument(),
            Documents.Route(0),
            Documents.Put(EntityKinds.Consumers, Consumer, $$"""{"id":"{{Consumer}}","username":"bench"}"""),
            Documents.Put(EntityKinds.KeyAuthCredentials, Credential, $$"""{"id":"{{Credential}}","key":"secret","consumer":{"id":"{{Consumer}}"} }"""),
        ];
        if (Plugins != Guard.None)
        {
            entities.Add(Documents.Plugin(1, "key-auth", "{}"));
        }

        if (Plugins == Guard.KeyAuthAndRateLimiting)
        {
            entities.Add(Documents.Plugin(2, "rate-limiting", """{"minute":2000000000,"policy":"local"}"""));
        }

        snapshot = Documents.Compile(Documents.Compiler(), entities);
        Run().AsTask().GetAwaiter().GetResult();
    }

    [Benchmark]
    public ValueTask Run()
    {
        Exchange exchange = Exchanges.Create(snapshot);
        exchange.Http.Request.Headers["apikey"] = "secret";
        return snapshot.Plugins.ChainFor(exchange.Route!.Id, exchange.Service?.Id)(exchange);
    }
}
