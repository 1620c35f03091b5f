using System.Net;

namespace Mesh.Silo.Tests.Admin.Kong;

/// <summary>One entity of every kind, all of them connected, under names that no other test uses.</summary>
internal static class World
{
    public const string Acl = "aaaaaaaa-0000-4000-8000-000000000001";
    public const string CaCertificate = "aaaaaaaa-0000-4000-8000-000000000002";
    public const string Certificate = "aaaaaaaa-0000-4000-8000-000000000003";
    public const string Service = "aaaaaaaa-0000-4000-8000-000000000004";

    private static readonly (string Path, string Body)[] Entities =
    [
        ($"/certificates/{Certificate}", $$"""{"cert":{{TestCertificates.Leaf.Cert}},"key":{{TestCertificates.Leaf.Key}},"tags":["w-tag"]}"""),
        ($"/ca_certificates/{CaCertificate}", $$"""{"cert":{{TestCertificates.NewAuthority().Cert}}}"""),
        ("/snis/w-sni.example.com", $$"""{"certificate":{"id":"{{Certificate}}"} }"""),
        ($"/services/{Service}", $$"""{"name":"w-service","url":"https://w.example.com/base","client_certificate":{"id":"{{Certificate}}"},"ca_certificates":["{{CaCertificate}}"],"tags":["w-tag","w-other"]}"""),
        ("/routes/w-route", """{"paths":["/w"],"hosts":["w.example.com"],"headers":{"x-w":["1"]},"service":{"name":"w-service"},"tags":["w-tag"]}"""),
        ("/upstreams/w-upstream", $$"""{"client_certificate":{"id":"{{Certificate}}"} }"""),
        ("/upstreams/w-upstream/targets/10.0.0.1:80", """{"weight":50}"""),
        ("/consumers/w-consumer", """{"custom_id":"w-custom"}"""),
        ("/consumers/w-consumer/key-auth/w-key", """{"ttl":1000}"""),
        ("/consumers/w-consumer/basic-auth/w-user", """{"password":"w"}"""),
        ($"/consumers/w-consumer/acls/{Acl}", """{"group":"w-group"}"""),
        ("/key-sets/w-set", "{}"),
        ("/keys/w-key", """{"kid":"w","jwk":"{\"kid\":\"w\",\"kty\":\"oct\",\"k\":\"AAAA\"}","set":{"name":"w-set"}}"""),
        ("/vaults/w-vault", """{"name":"env","config":{"prefix":"W_"}}"""),
        ("/plugins/w-plugin", """{"name":"request-termination","service":{"name":"w-service"},"route":{"name":"w-route"},"consumer":{"username":"w-consumer"},"config":{"status_code":418}}"""),
        ("/plugins/w-limits", """{"name":"rate-limiting","route":{"name":"w-route"},"config":{"minute":10}}"""),
    ];

    public static async Task Ensure(AdminClient client)
    {
        // Documents of other tests replace everything.
        if ((await client.Get("/plugins/w-limits")).Status == HttpStatusCode.OK)
        {
            return;
        }

        foreach ((string path, string body) in Entities)
        {
            (await client.Put(path, body)).Expect(200);
        }
    }
}
