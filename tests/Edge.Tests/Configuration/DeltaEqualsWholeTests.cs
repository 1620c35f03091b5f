using System.Text.Json;
using CsCheck;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Collections;
using Mesh.Edge.Configuration;
using Mesh.Edge.Plugins;
using Mesh.Edge.Tests.Sync;

namespace Mesh.Edge.Tests.Configuration;

/// <summary>However a configuration came about, commit by commit or at once, the snapshot is the same.</summary>
public sealed class DeltaEqualsWholeTests
{
    private const int Ids = 6;
    private static readonly string[] Kinds =
    [
        EntityKinds.Services, EntityKinds.Routes, EntityKinds.Upstreams, EntityKinds.Targets, EntityKinds.Consumers,
        EntityKinds.KeyAuthCredentials, EntityKinds.Certificates, EntityKinds.Snis, EntityKinds.Plugins,
    ];

    private readonly EdgeCompiler compiler = new(PluginCatalog.Default, _ => default);

    private static readonly Gen<int> Number = Gen.Int[1, Ids];

    private static readonly Gen<EntityChange> Change = Gen.OneOf(
        Gen.Select(Number, Gen.Int[80, 83], (id, port) => Documents.Service(id, port: port)),
        Gen.Select(Number, Number, (id, certificate) => Documents.Service(id, extra: $$""","protocol":"https","client_certificate":{"id":"{{Documents.Id(certificate)}}"}""")),
        Gen.Select(Number, Gen.Int[0, Ids], Gen.Int[1, 4], (id, service, path) => Documents.Route(id, service == 0 ? null : service, $"/p{path}")),
        Gen.Select(Number, Gen.Int[1, 3], (id, host) => Documents.Route(id, 1, "/", $$""","hosts":["h{{host}}.example"]""")),
        Gen.Select(Number, id => Documents.Put(EntityKinds.Upstreams, id, $$"""{"id":"{{Documents.Id(id)}}","name":"u{{id}}"}""")),
        Gen.Select(Number, Number, (id, upstream) => Documents.Put(EntityKinds.Targets, id, $$"""{"id":"{{Documents.Id(id)}}","target":"10.0.0.{{id}}:80","upstream":{"id":"{{Documents.Id(upstream)}}"} }""")),
        Gen.Select(Number, id => Documents.Put(EntityKinds.Consumers, id, $$"""{"id":"{{Documents.Id(id)}}","username":"c{{id}}"}""")),
        Gen.Select(Number, Number, (id, consumer) => Documents.Put(EntityKinds.KeyAuthCredentials, id, $$"""{"id":"{{Documents.Id(id)}}","key":"k{{id}}","consumer":{"id":"{{Documents.Id(consumer)}}"} }""")),
        Gen.Select(Number, Gen.Bool, (id, good) => Documents.Put(EntityKinds.Certificates, id, $$"""{"id":"{{Documents.Id(id)}}","cert":{{JsonSerializer.Serialize(good ? Pem.Certificate : "broken")}},"key":{{JsonSerializer.Serialize(Pem.Key)}}}""")),
        Gen.Select(Number, Number, (id, certificate) => Documents.Put(EntityKinds.Snis, id, $$"""{"id":"{{Documents.Id(id)}}","name":"s{{id}}.example","certificate":{"id":"{{Documents.Id(certificate)}}"} }""")),
        Gen.Select(Number, Gen.Int[0, Ids], (id, route) => Documents.Put(EntityKinds.Plugins, id, Plugin(id, route))),
        Gen.Select(Number, id => Documents.Put(EntityKinds.Routes, id, "{ broken")),
        Gen.Select(Gen.Int[0, Kinds.Length - 1], Number, (kind, id) => Documents.Delete(Kinds[kind], id)));

    [Fact]
    public void Commit_by_commit_and_at_once_give_the_same() =>
        Change.Array[1, 6].Array[1, 12].Sample(
            commits =>
            {
                EdgeSnapshot stepwise = compiler.Empty;
                for (int i = 0; i < commits.Length; i++)
                {
                    stepwise = compiler.Apply(stepwise, i + 1, commits[i]);
                }

                Dictionary<(string, Guid), EntityChange> state = [];
                foreach (EntityChange change in commits.SelectMany(commit => commit))
                {
                    state[(change.Kind, change.Id)] = change;
                }

                EntityChange[] entities = [.. state.Values.Where(change => !change.IsDelete)];
                string expected = Describe(compiler.Apply(compiler.Empty, commits.Length, entities));
                Assert.Equal(expected, Describe(stepwise));
                Assert.Equal(expected, Describe(compiler.Replace(compiler.Empty, commits.Length, entities)));
                Assert.Equal(expected, Describe(compiler.Replace(stepwise, commits.Length, entities)));

                // Onto anything else as well.
                EdgeSnapshot other = compiler.Apply(compiler.Empty, 1, commits[0]);
                Assert.Equal(expected, Describe(compiler.Replace(other, commits.Length, entities)));
            },
            iter: 400,
            threads: 1);

    private static string Plugin(int id, int route)
    {
        string name = id % 3 == 0 ? "no-such-plugin" : "request-termination";
        string scope = route == 0 ? "null" : Reference(route);
        return $$"""{"id":"{{Documents.Id(id)}}","name":"{{name}}","route":{{scope}},"config":{} }""";
    }

    private static string Reference(int id) => $$"""{"id":"{{Documents.Id(id)}}"}""";

    private static string Describe(EdgeSnapshot snapshot)
    {
        EntityStore entities = snapshot.Entities;
        List<string> lines = [$"{entities.Fingerprint:x32}"];
        Add(lines, "service", entities.Services, JsonOf);
        Add(lines, "route", entities.Routes, JsonOf);
        Add(lines, "upstream", entities.Upstreams, JsonOf);
        Add(lines, "target", entities.Targets, JsonOf);
        Add(lines, "consumer", entities.Consumers, JsonOf);
        Add(lines, "credential", entities.KeyAuthCredentials, JsonOf);
        Add(lines, "certificate", entities.Certificates, JsonOf);
        Add(lines, "sni", entities.Snis, JsonOf);
        Add(lines, "plugin", entities.Plugins, JsonOf);
        Add(lines, "routes of", entities.RoutesByService, children => string.Join(',', children.Order()));
        Add(lines, "targets of", entities.TargetsByUpstream, children => string.Join(',', children.Order()));
        lines.AddRange(snapshot.Problems.Select(problem => $"problem {problem.Kind} {problem.Id} {problem.Reason}"));
        lines.AddRange(Enumerable.Range(1, 4).Select(path => $"/p{path} → {EdgeCompilerTests.Match(snapshot, $"/p{path}")?.Id}"));
        lines.AddRange(Enumerable.Range(1, Ids).Select(id => $"upstream u{id} → {snapshot.Upstreams.Find($"u{id}")?.Upstream.Id}"));
        lines.AddRange(Enumerable.Range(1, Ids).Select(id => $"plan {id} → {snapshot.Services.Find(Documents.Id(id))?.Service.Port}"));
        lines.AddRange(Enumerable.Range(1, Ids).Select(id => $"key k{id} → {snapshot.Consumers.FindKey($"k{id}", DateTimeOffset.UnixEpoch)?.Consumer.Id}"));
        lines.AddRange(Enumerable.Range(1, Ids).Select(id => $"consumer c{id} → {snapshot.Consumers.FindByIdOrUsername($"c{id}")?.Id}"));
        lines.AddRange(Enumerable.Range(1, Ids).Select(id => $"sni {id} → {snapshot.Certificates.Find($"s{id}.example")?.Read().Chains[0].Leaf.Thumbprint}"));
        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }

    private static void Add<T>(List<string> lines, string what, ShardedMap<Guid, T> map, Func<T, string> describe)
    {
        Assert.Equal(map.Count, map.Entries.Count());
        lines.AddRange(map.Entries.Select(entry => $"{what} {entry.Key} {describe(entry.Value)}"));
    }

    private static string JsonOf(Entity entity) => entity switch
    {
        Route { Paths: var paths } route => $"{route with { Paths = null, Protocols = [], Hosts = null }} {string.Join(',', paths ?? [])}",
        _ => entity.ToString()!,
    };

    private static class Pem
    {
        static Pem()
        {
            using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
            var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=test", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
            using System.Security.Cryptography.X509Certificates.X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            Certificate = certificate.ExportCertificatePem();
            Key = key.ExportPkcs8PrivateKeyPem();
        }

        public static string Certificate { get; }

        public static string Key { get; }
    }
}
