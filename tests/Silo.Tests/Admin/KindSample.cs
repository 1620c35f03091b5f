namespace Mesh.Silo.Tests.Admin;

/// <summary>A body of each kind that is good as it stands, and a change of it.</summary>
/// <param name="Path">Collection that it is made in; <c>{parent}</c> stands for the id of the parent.</param>
/// <param name="Parent">Collection and body of the parent that it needs.</param>
/// <param name="Key">Endpoint key of the body; null: only the id finds it.</param>
/// <param name="Field">A field that <paramref name="Patch"/> sets.</param>
public sealed record KindSample(string Kind, string Path, string Body, string? Key, string Field, string Patch, (string Path, string Body)? Parent = null)
{
    private static readonly (string, string) ConsumerParent = ("/consumers", """{"username":"parent-{n}"}""");

    /// <summary><c>{n}</c> is replaced by a number of its own in every test.</summary>
    public static IReadOnlyList<KindSample> All { get; } =
    [
        new("services", "/services", """{"name":"s-{n}","host":"example.com"}""", "s-{n}", "retries", "7"),
        new("routes", "/routes", """{"name":"r-{n}","paths":["/r-{n}"]}""", "r-{n}", "strip_path", "false"),
        new("upstreams", "/upstreams", """{"name":"u-{n}.example.com"}""", "u-{n}.example.com", "slots", "100"),
        new("targets", "/upstreams/{parent}/targets", """{"target":"10.0.0.1:80"}""", "10.0.0.1:80", "weight", "7", ("/upstreams", """{"name":"parent-{n}.example.com"}""")),
        new("consumers", "/consumers", """{"username":"c-{n}"}""", "c-{n}", "custom_id", "\"id-{n}\""),
        new("plugins", "/services/{parent}/plugins", """{"name":"request-termination","instance_name":"p-{n}"}""", "p-{n}", "enabled", "false", ("/services", """{"host":"example.com"}""")),
        new("certificates", "/certificates", $$"""{"cert":{{TestCertificates.Leaf.Cert}},"key":{{TestCertificates.Leaf.Key}}}""", null, "tags", "[\"a\"]"),
        new("snis", "/snis", """{"name":"sni-{n}.example.com","certificate":{"id":"{parent}"}}""", "sni-{n}.example.com", "tags", "[\"a\"]",
            ("/certificates", $$"""{"cert":{{TestCertificates.Leaf.Cert}},"key":{{TestCertificates.Leaf.Key}}}""")),
        new("ca_certificates", "/ca_certificates", """{"cert":{authority}}""", null, "tags", "[\"a\"]"),
        new("key_sets", "/key-sets", """{"name":"ks-{n}"}""", "ks-{n}", "tags", "[\"a\"]"),
        new("keys", "/keys", """{"name":"k-{n}","kid":"kid-{n}","jwk":"{\"kid\":\"kid-{n}\",\"kty\":\"oct\",\"k\":\"AAAA\"}"}""", "k-{n}", "tags", "[\"a\"]"),
        new("vaults", "/vaults", """{"prefix":"v-{n}","name":"env","config":{"prefix":"X_"}}""", "v-{n}", "description", "\"text\""),
        new("listeners", "/listeners", """{"name":"l-{n}","listen":["127.0.0.1:9000"],"selector":{"regions":["nowhere"]}}""", "l-{n}", "enabled", "false"),
        new("keyauth_credentials", "/consumers/{parent}/key-auth", """{"key":"key-{n}"}""", "key-{n}", "tags", "[\"a\"]", ConsumerParent),
        new("basicauth_credentials", "/consumers/{parent}/basic-auth", """{"username":"b-{n}","password":"p"}""", "b-{n}", "tags", "[\"a\"]", ConsumerParent),
        new("acls", "/consumers/{parent}/acls", """{"group":"g-{n}"}""", "g-{n}", "tags", "[\"a\"]", ConsumerParent),
    ];

    public KindSample Numbered(int n, string parent) => this with
    {
        Path = Path.Replace("{parent}", parent, StringComparison.Ordinal),
        Body = Fill(Body, n).Replace("{parent}", parent, StringComparison.Ordinal).Replace("{authority}", TestCertificates.NewAuthority().Cert, StringComparison.Ordinal),
        Key = Key is null ? null : Fill(Key, n),
        Patch = Fill(Patch, n),
    };

    public static string Fill(string text, int n) => text.Replace("{n}", n.ToString(), StringComparison.Ordinal);

    public override string ToString() => Kind;
}
