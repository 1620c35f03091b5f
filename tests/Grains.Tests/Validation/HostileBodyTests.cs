using System.Text;
using System.Text.Json;
using CsCheck;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Tests.Workspaces;

namespace Mesh.Grains.Tests.Validation;

public sealed class HostileBodyTests
{
    private static readonly string[] FieldNames =
    [
        .. TestWorkspace.Schemas.All.SelectMany(schema => schema.Fields.Concat(schema.ShorthandFields)).SelectMany(Names).Distinct(),
        "unknown", "@entity", "a.b", "",
    ];

    private static readonly Gen<string> Text = Gen.OneOf<string>(
        Gen.String[0, 12],
        Gen.OneOf<string>([
            "", "http", "https", "tcp", "grpc", "tls_passthrough", "key-auth", "rate-limiting", "env", "/", "~/(", "~/a", "//", "*", "*.a", "a.*", "::1", "[::1", "[::1]:8",
            "1.2.3.4/8", "/8", "1.2.3/999999999999", "a:99999", "a:", ":", "%", "~*(", "{vault://env/x}", "header", "cookie", "none", "latency", "least-connections",
            "11111111-2222-4333-8444-555555555555", "-----BEGIN CERTIFICATE-----", TestCertificates.Rsa.Cert, TestCertificates.Rsa.Key, "{\"kid\":1}", "{", "http://", "http://a:b:c", "://", "\0", "\ud83d\ude00",
        ]));

    private static readonly Gen<string> Scalar = Gen.OneOf<string>(
        Text.Select(text => JsonSerializer.Serialize(text)),
        Gen.OneOf("null", "true", "false", "0", "-1", "1", "1.5", "65536", "9223372036854775807", "9223372036854775808", "1e300", "-0.0", "426", "[]", "{}"));

    private static readonly Gen<string> Value = Gen.Recursive<string>((depth, inner) => depth > 4
        ? Scalar
        : Gen.Frequency<string>((4, Scalar), (1, inner.Array[0, 3].Select(items => $"[{string.Join(',', items)}]")), (2, Object(inner))));

    private static readonly Gen<string> Body = Object(Value);

    /// <summary>One good entity of each kind, for hostile changes to start from.</summary>
    private static readonly Mutation[] Good =
    [
        TestWorkspace.Create("services", """{"name":"s","host":"h"}"""),
        TestWorkspace.Create("routes", """{"name":"r","paths":["/"],"service":{"name":"s"} }"""),
        TestWorkspace.Create("upstreams", """{"name":"u"}"""),
        TestWorkspace.Create("targets", """{"target":"t","upstream":{"name":"u"} }"""),
        TestWorkspace.Create("consumers", """{"username":"c"}"""),
        TestWorkspace.Create("keyauth_credentials", """{"consumer":{"username":"c"} }"""),
        TestWorkspace.Create("basicauth_credentials", """{"username":"b","password":"p","consumer":{"username":"c"} }"""),
        TestWorkspace.Create("acls", """{"group":"g","consumer":{"username":"c"} }"""),
        TestWorkspace.Create("plugins", """{"name":"rate-limiting","config":{"minute":1} }"""),
        TestWorkspace.Create("key_sets", """{"name":"k"}"""),
        TestWorkspace.Create("keys", """{"kid":"1","jwk":"{vault://env/jwk}"}"""),
        TestWorkspace.Create("vaults", """{"name":"env","prefix":"my-env"}"""),
        TestWorkspace.Create("certificates", $$"""{"cert":{{TestCertificates.Quote(TestCertificates.Rsa.Cert)}},"key":{{TestCertificates.Quote(TestCertificates.Rsa.Key)}},"snis":["a.test"]}"""),
        TestWorkspace.Create("ca_certificates", $$"""{"cert":{{TestCertificates.Quote(TestCertificates.Authority.Cert)}}}"""),
    ];

    [Fact]
    public void No_body_throws_and_what_is_accepted_is_canonical() => Gen
        .Select(Gen.Int[0, 20], Body, Gen.Enum<MutationVerb>())
        .Array[1, 8]
        .Sample(
            steps =>
            {
                var workspace = new TestWorkspace();
                Assert.Empty(workspace.Commit(Good).Problems.Select(problem => problem.Message));
                foreach (var (at, body, verb) in steps)
                {
                    var entities = workspace.State.Capture();
                    if (entities.Count == 0)
                    {
                        return;
                    }

                    var (kind, id) = (entities[at % entities.Count].Kind, entities[at % entities.Count].Id.ToString());
                    workspace.State.Validate(kind, Encoding.UTF8.GetBytes(body));
                    var planned = workspace.Commit(new Mutation(verb, kind, verb == MutationVerb.Create ? null : id, null, Encoding.UTF8.GetBytes(body)));
                    Assert.All(planned.Problems, problem => Assert.NotEmpty(problem.Message));
                }

                foreach (var entity in workspace.State.Capture())
                {
                    var again = workspace.Plan(false, new Mutation(MutationVerb.Put, entity.Kind, entity.Id.ToString(), null, entity.Document));
                    Assert.Empty(again.Problems.Select(problem => problem.Message));
                    Assert.Empty(again.Changes);
                }
            },
            iter: 120);

    private static Gen<string> Object(Gen<string> value) => Gen.Select(Gen.OneOf<string>(FieldNames), value)
        .Array[0, 6]
        .Select(pairs => $"{{{string.Join(',', pairs.DistinctBy(pair => pair.Item1).Select(pair => $"{JsonSerializer.Serialize(pair.Item1)}:{pair.Item2}"))}}}");

    private static IEnumerable<string> Names(Field field) => [field.Name, .. (field.Fields ?? []).SelectMany(Names)];
}
