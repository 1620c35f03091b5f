using CsCheck;
using Mesh.Abstractions.Configuration;

namespace Mesh.Grains.Tests.Workspaces;

/// <summary>Random mutations over few names, so that they meet: many are good, some are not.</summary>
internal static class EntityBodies
{
    private static readonly Gen<string> Name = Gen.OneOf("a", "b", "c", "d");
    private static readonly Gen<string> Tags = Gen.OneOf("null", "[]", "[\"x\"]", "[\"x\",\"y\"]", "[\"y\",\"z z\"]");

    private static readonly Gen<(string Kind, string Body)> Entity = Gen.OneOf<(string Kind, string Body)>(
        Gen.Select(Name, Tags, Gen.Int[1, 3], (name, tags, retries) => ("services", $$"""{"name":"{{name}}","host":"h{{retries}}","retries":{{retries}},"tags":{{tags}}}""")),
        Gen.Select(Name, Name, Tags, Gen.Bool, (name, service, tags, named) => ("routes", $$"""{"name":{{(named ? $"\"{name}\"" : "null")}},"paths":["/{{name}}"],"headers":{"x-b":["1"],"x-a":["2"]},"tags":{{tags}},"service":{{Named(named, service)}} }""")),
        Gen.Select(Name, Gen.OneOf("round-robin", "consistent-hashing", "latency"), (name, algorithm) => ("upstreams", $$"""{"name":"{{name}}","algorithm":"{{algorithm}}","healthchecks":{"active":{"timeout":0.5} } }""")),
        Gen.Select(Name, Name, Gen.Int[0, 3], (upstream, host, weight) => ("targets", $$"""{"target":"{{host}}","weight":{{weight}},"upstream":{"name":"{{upstream}}"} }""")),
        Gen.Select(Name, Name, Gen.Bool, (name, custom, both) => ("consumers", $$"""{"username":"{{name}}","custom_id":{{(both ? $"\"{custom}\"" : "null")}} }""")),
        Gen.Select(Name, Name, (consumer, key) => ("keyauth_credentials", $$"""{"key":"k{{key}}","consumer":{"username":"{{consumer}}"} }""")),
        Gen.Select(Name, Name, (consumer, user) => ("basicauth_credentials", $$"""{"username":"{{user}}","password":"p","consumer":{"username":"{{consumer}}"} }""")),
        Gen.Select(Name, Name, (consumer, group) => ("acls", $$"""{"group":"{{group}}","consumer":{"username":"{{consumer}}"} }""")),
        Gen.Select(Name, Gen.OneOf("route", "service"), Gen.Bool, (parent, scope, global) => ("plugins", $$"""{"name":"key-auth","{{scope}}":{{Named(!global, parent)}}}""")),
        Gen.Select(Name, Gen.Int[1, 3], (consumer, minute) => ("plugins", $$"""{"name":"rate-limiting","consumer":{"username":"{{consumer}}"},"config":{"minute":{{minute}} } }""")),
        Gen.Select(Name, Tags, (name, tags) => ("key_sets", $$"""{"name":"{{name}}","tags":{{tags}}}""")),
        Gen.Select(Name, Name, (set, kid) => ("keys", $$"""{"name":"{{kid}}","kid":"{{kid}}","jwk":"{\"kid\":\"{{kid}}\",\"kty\":\"oct\"}","set":{"name":"{{set}}"} }""")),
        Gen.Select(Name, name => ("vaults", $$"""{"name":"env","prefix":"v{{name}}","description":"Ä \"{{name}}\"\n- x: 'y'","config":{"prefix":"P_"} }""")),
        Gen.OneOf<(string Kind, string Body)>(
            ("certificates", $$"""{"cert":{{TestCertificates.Quote(TestCertificates.Rsa.Cert)}},"key":{{TestCertificates.Quote(TestCertificates.Rsa.Key)}},"snis":["a.test","b.test"]}"""),
            ("certificates", $$"""{"cert":{{TestCertificates.Quote(TestCertificates.Ecdsa.Cert)}},"key":{{TestCertificates.Quote(TestCertificates.Ecdsa.Key)}},"snis":["c.test"]}"""),
            ("ca_certificates", $$"""{"cert":{{TestCertificates.Quote(TestCertificates.Authority.Cert)}}}""")));

    private static readonly Gen<string> Kind = Gen.OneOf<string>([.. TestWorkspace.Schemas.All.Select(schema => schema.Kind)]);

    public static Gen<Mutation> Mutation { get; } = Gen.Frequency<Mutation>(
        (6, Entity.Select(entity => TestWorkspace.Create(entity.Kind, entity.Body))),
        (3, Gen.Select(Entity, Name, (entity, name) => TestWorkspace.Put(entity.Kind, name, entity.Body))),
        (2, Gen.Select(Kind, Name, Name, Tags, (kind, key, name, tags) => TestWorkspace.Patch(kind, key, $$"""{"{{(kind == "consumers" ? "username" : "name")}}":"{{name}}","tags":{{tags}}}"""))),
        (2, Gen.Select(Kind, Name, (kind, key) => TestWorkspace.Delete(kind, key))));

    private static string Named(bool isSet, string name) => isSet ? $"{{\"name\":\"{name}\"}}" : "null";

    /// <summary>Parents that the random entities can stand below.</summary>
    private static readonly Mutation[] Parents =
    [
        .. new[] { "a", "b", "c" }.SelectMany(name => new[]
        {
            TestWorkspace.Create("services", $$"""{"name":"{{name}}","host":"h"}"""),
            TestWorkspace.Create("routes", $$"""{"name":"{{name}}","paths":["/"],"tags":["x"]}"""),
            TestWorkspace.Create("consumers", $$"""{"username":"{{name}}"}"""),
            TestWorkspace.Create("upstreams", $$"""{"name":"{{name}}"}"""),
            TestWorkspace.Create("key_sets", $$"""{"name":"{{name}}","tags":["x","y"]}"""),
        }),
    ];

    /// <summary>Change sets, most of them of one mutation (of more than one, often one is at fault and with it the set).</summary>
    public static Gen<Mutation[][]> Commits(int count) => Gen
        .Frequency<Mutation[]>((4, Mutation.Array[1]), (1, Mutation.Array[2, 4]))
        .Array[count / 2, count]
        .Select(commits => (Mutation[][])[Parents, .. commits]);

    /// <summary>A workspace after random commits.</summary>
    public static Gen<TestWorkspace> Workspace(int commits) => Commits(commits).Select(all =>
    {
        var workspace = new TestWorkspace();
        foreach (var mutations in all)
        {
            workspace.Commit(mutations);
        }

        return workspace;
    });
}
