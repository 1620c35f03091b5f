using System.Globalization;
using System.Text;
using Mesh.Abstractions.Configuration;
using Mesh.Edge.Configuration;
using Mesh.Edge.Plugins;

namespace Mesh.Benchmarks.Configuration;

/// <summary>Documents as the control plane sends them, and a compiler without an upstream behind it.</summary>
internal static class Documents
{
    public static readonly Guid Service = Id(1);

    public static EdgeCompiler Compiler() => new(PluginCatalog.Create(TimeProvider.System), _ => ValueTask.CompletedTask);

    /// <summary>A snapshot that has these entities; throws where one of them is refused, since another thing would be measured then.</summary>
    public static EdgeSnapshot Compile(EdgeCompiler compiler, params IEnumerable<EntityChange> entities)
    {
        EdgeSnapshot snapshot = compiler.Replace(compiler.Empty, 1, entities);
        return snapshot.Problems.Count == 0 ? snapshot : throw new InvalidOperationException(snapshot.Problems[0].Reason);
    }

    public static EntityChange ServiceDocument(string host = "127.0.0.1") =>
        Put(EntityKinds.Services, Service, $$"""{"id":"{{Service}}","name":"bench","protocol":"http","host":"{{host}}","port":80,"enabled":true}""");

    public static EntityChange Route(int number) => Put(EntityKinds.Routes, Id(10 + number), string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"id":"{{Id(10 + number)}}","name":"r{{number}}","protocols":["http","https"],"hosts":["h{{number % 100}}.test"],"paths":["/r{{number}}"],"service":{"id":"{{Service}}"} }"""));

    public static EntityChange Plugin(int number, string name, string config) =>
        Put(EntityKinds.Plugins, Id(-number), $$"""{"id":"{{Id(-number)}}","name":"{{name}}","enabled":true,"protocols":["http","https"],"config":{{config}}}""");

    public static EntityChange Put(string kind, Guid id, string json) => new(kind, id, Encoding.UTF8.GetBytes(json));

    public static Guid Id(int number) => new(number, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8);
}
