namespace Mesh.Silo.Tests.Admin.Kong;

/// <summary>Every path of Kong's Admin API with the methods that it knows there (Kong 3.9, read from its sources and documentation).</summary>
[Collection<AdminCollection>]
public class EndpointTableTests(AdminFixture admin)
{
    private const string Collection = "GET POST";
    private const string Entity = "GET PUT PATCH DELETE";
    private const string Parent = "GET PUT PATCH";

    public static TheoryData<string, string> Paths => new()
    {
        { "/services", Collection },
        { "/services/w-service", Entity },
        { $"/services/{World.Service}", Entity },
        { "/services/w-service/routes", Collection },
        { "/services/w-service/routes/w-route", Entity },
        { "/services/w-service/plugins", Collection },
        { "/services/w-service/plugins/w-plugin", Entity },
        { "/services/w-service/client_certificate", Parent },
        { "/routes", Collection },
        { "/routes/w-route", Entity },
        { "/routes/w-route/service", Parent },
        { "/routes/w-route/plugins", Collection },
        { "/routes/w-route/plugins/w-plugin", Entity },
        { "/consumers", Collection },
        { "/consumers/w-consumer", Entity },
        { "/consumers/w-consumer/plugins", Collection },
        { "/consumers/w-consumer/plugins/w-plugin", Entity },
        { "/consumers/w-consumer/key-auth", Collection },
        { "/consumers/w-consumer/key-auth/w-key", Entity },
        { "/consumers/w-consumer/basic-auth", Collection },
        { "/consumers/w-consumer/basic-auth/w-user", Entity },
        { "/consumers/w-consumer/acls", Collection },
        { "/consumers/w-consumer/acls/w-group", Entity },
        { $"/consumers/w-consumer/acls/{World.Acl}", Entity },
        { "/key-auths", Collection },
        { "/key-auths/w-key", Entity },
        { "/key-auths/w-key/consumer", Parent },
        { "/basic-auths", Collection },
        { "/basic-auths/w-user", Entity },
        { "/basic-auths/w-user/consumer", Parent },
        { "/acls", Collection },
        { $"/acls/{World.Acl}", Entity },
        { $"/acls/{World.Acl}/consumer", Parent },
        { "/plugins", Collection },
        { "/plugins/w-plugin", Entity },
        { "/plugins/w-plugin/service", Parent },
        { "/plugins/w-plugin/route", Parent },
        { "/plugins/w-plugin/consumer", Parent },
        { "/plugins/enabled", "GET" },
        { "/plugins/schema/key-auth", "GET" },
        { "/upstreams", Collection },
        { "/upstreams/w-upstream", Entity },
        { "/upstreams/w-upstream/client_certificate", Parent },
        { "/upstreams/w-upstream/health", "GET" },
        { "/upstreams/w-upstream/health?balancer_health=1", "GET" },
        { "/upstreams/w-upstream/targets", Collection },
        { "/upstreams/w-upstream/targets/all", "GET" },
        { "/upstreams/w-upstream/targets/10.0.0.1:80", Entity },
        { "/upstreams/w-upstream/targets/10.0.0.1:80/healthy", "PUT" },
        { "/upstreams/w-upstream/targets/10.0.0.1:80/unhealthy", "PUT" },
        { "/upstreams/w-upstream/targets/10.0.0.1:80/10.0.0.1:80/healthy", "PUT" },
        { "/upstreams/w-upstream/targets/10.0.0.1:80/10.0.0.1:80/unhealthy", "PUT" },
        { "/certificates", Collection },
        { $"/certificates/{World.Certificate}", Entity },
        { "/certificates/w-sni.example.com", Entity },
        { "/certificates/w-sni.example.com/snis", Collection },
        { $"/certificates/{World.Certificate}/snis/w-sni.example.com", Entity },
        { $"/certificates/{World.Certificate}/services", Collection },
        { $"/certificates/{World.Certificate}/services/w-service", Entity },
        { $"/certificates/{World.Certificate}/upstreams", Collection },
        { $"/certificates/{World.Certificate}/upstreams/w-upstream", Entity },
        { "/snis", Collection },
        { "/snis/w-sni.example.com", Entity },
        { "/ca_certificates", Collection },
        { $"/ca_certificates/{World.CaCertificate}", Entity },
        { "/key-sets", Collection },
        { "/key-sets/w-set", Entity },
        { "/key-sets/w-set/keys", Collection },
        { "/key-sets/w-set/keys/w-key", Entity },
        { "/keys", Collection },
        { "/keys/w-key", Entity },
        { "/keys/w-key/set", Parent },
        { "/vaults", Collection },
        { "/vaults/w-vault", Entity },
        { "/tags", "GET" },
        { "/tags/w-tag", "GET" },
        { "/", "GET" },
        { "/endpoints", "GET" },
        { "/status", "GET" },
        { "/timers", "GET" },
        { "/schemas/services", "GET" },
        { "/schemas/services/validate", "POST" },
        { "/schemas/plugins/key-auth", "GET" },
        { "/schemas/plugins/validate", "POST" },
        { "/schemas/vaults/env", "GET" },
        { "/schemas/vaults/validate", "POST" },
        { "/config", Collection },
        { "/cache", "DELETE" },
        { "/debug/node/log-level", "GET" },
        { "/debug/node/log-level/debug", "PUT" },
        { "/default/services/w-service", Entity },
    };

    public static TheoryData<string> Missing =>
    [
        "/nothing",
        "/targets",
        "/targets/10.0.0.1:80",
        "/targets/10.0.0.1:80/upstream",
        "/snis/w-sni.example.com/certificate",
        "/services/w-service/nothing",
        "/services/w-service/consumers",
        "/services/w-service/routes/w-route/plugins/w-plugin",
        "/schemas",
        "/debug",
        "/hmac-auths",
        "/jwts",
        "/oauth2",
        "/mtls-auths",
        "/consumer_groups",
        "/partials",
        "/cloned-plugins",
        "/custom-plugins",
        "/degraphql_routes",
        "/graphql-rate-limiting-advanced/costs",
        "/filter-chains",
        "/consumers/w-consumer/jwt",
    ];

    public static TheoryData<string> Absent =>
    [
        "/services/absent",
        "/services/absent/routes",
        "/services/absent/routes/w-route",
        "/services/absent/client_certificate",
        "/services/w-service/routes/absent",
        "/routes/absent/service",
        "/upstreams/absent/health",
        "/upstreams/absent/health?balancer_health=1",
        "/upstreams/absent/targets/all",
        "/upstreams/w-upstream/targets/absent:80",
        "/certificates/absent.example.com",
        "/certificates/absent.example.com/snis",
        "/consumers/absent/key-auth",
        "/consumers/w-consumer/acls/absent",
        "/key-auths/absent/consumer",
        "/plugins/absent",
        "/plugins/w-limits/service",
        "/plugins/w-limits/consumer",
        "/plugins/schema/absent",
        "/schemas/absent",
        "/schemas/plugins/absent",
        "/schemas/vaults/absent",
        "/cache/absent",
    ];

    [Theory, MemberData(nameof(Paths))]
    public async Task A_path_knows_its_methods_and_no_others(string path, string methods)
    {
        await World.Ensure(admin.Client);
        List<string> allowed = [.. methods.Split(' '), "OPTIONS"];
        if (allowed.Contains("GET"))
        {
            allowed.Add("HEAD");
        }

        string allow = string.Join(", ", allowed.Order(StringComparer.Ordinal));
        Reply options = (await admin.Client.Send(HttpMethod.Options, path)).Expect(204);
        Assert.Equal(allow, string.Join(", ", options.ContentHeaders.Allow));
        Assert.Equal(allow, options.Header("Access-Control-Allow-Methods"));
        foreach (string method in new[] { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PURGE" })
        {
            if (!allowed.Contains(method))
            {
                Reply refused = (await admin.Client.Send(new HttpMethod(method), path, "{}"u8.ToArray(), "application/json")).Expect(405);
                Assert.Equal(allow, string.Join(", ", refused.ContentHeaders.Allow));
                Assert.True(method == "HEAD" || refused.String("message") == "Method not allowed");
            }
            else if (method is "GET" or "HEAD")
            {
                (await admin.Client.Send(new HttpMethod(method), path)).Expect(200);
            }
        }
    }

    [Theory, MemberData(nameof(Missing))]
    public async Task What_has_no_path_is_not_found_by_any_method(string path)
    {
        await World.Ensure(admin.Client);
        foreach (string method in new[] { "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" })
        {
            Reply reply = (await admin.Client.Send(new HttpMethod(method), path, "{}"u8.ToArray(), "application/json")).Expect(404);
            Assert.Equal("""{"message":"Not found"}""", reply.Text);
        }
    }

    [Theory, MemberData(nameof(Absent))]
    public async Task What_is_absent_is_not_found(string path)
    {
        await World.Ensure(admin.Client);
        (await admin.Client.Get(path)).Expect(404);
    }

    [Fact]
    public async Task The_list_of_endpoints_holds_them_all_a_parent_before_its_children()
    {
        string[] listed = [.. (await admin.Client.Get("/endpoints")).Expect(200).Json.GetProperty("data").EnumerateArray().Select(path => path.GetString()!)];
        string[] some = ["/", "/certificates/{certificate}/snis", "/routes/{route}/service", "/schemas/{kind}/validate", "/services", "/services/{service}/routes/{route}", "/tags/{tag}"];
        Assert.Equal(some, listed.Where(some.Contains));
        Assert.Equal(listed.Distinct(), listed);
        Assert.DoesNotContain("/targets", listed);
    }
}
