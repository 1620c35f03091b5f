using Mesh.Abstractions.Entities;
using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Tests.Plugins.Acl;

public sealed class AclPluginTests
{
    private static readonly Consumer Alice = new() { Id = Guid.NewGuid(), Username = "alice" };
    private static readonly KeyAuthCredential Key = new() { Id = Guid.NewGuid(), Consumer = new EntityRef(Alice.Id), Key = "s3cret" };
    private readonly PluginBench bench = new();

    public AclPluginTests() => bench.Put(Alice, Key, PluginBench.Plugin("key-auth", "{}"), Group("staff"), Group("admins"));

    [Theory]
    [InlineData("""{"allow":["staff"]}""", 200)]
    [InlineData("""{"allow":["other","admins"]}""", 200)]
    [InlineData("""{"allow":["other"]}""", 403)]
    [InlineData("""{"allow":["Staff"]}""", 403)]
    [InlineData("""{"deny":["other"]}""", 200)]
    [InlineData("""{"deny":["other","staff"]}""", 403)]
    public async Task Groups_let_a_consumer_through_or_not(string config, int status)
    {
        Configure(config);
        Exchange exchange = await Send();
        Assert.Equal(status, exchange.Http.Response.StatusCode);
        Assert.Equal(status == 200 ? 1 : 0, bench.Forwarded.Count);
        if (status == 403)
        {
            Assert.Equal("You cannot consume this service", PluginBench.Message(exchange));
        }
        else
        {
            Assert.Equal("admins, staff", exchange.Http.Request.Headers["X-Consumer-Groups"]);
        }
    }

    [Fact]
    public async Task A_caller_that_nobody_authenticated_is_told_to()
    {
        var open = new PluginBench();
        open.Put(PluginBench.Plugin("acl", """{"deny":["other"]}"""));
        Exchange exchange = await open.Send();
        Assert.Equal(401, exchange.Http.Response.StatusCode);
        Assert.Equal("Unauthorized", PluginBench.Message(exchange));
    }

    [Theory]
    [InlineData(null, """{"allow":["staff"]}""", 401)]
    [InlineData("guests", """{"allow":["staff"]}""", 403)]
    [InlineData("guests", """{"allow":["guests"]}""", 200)]
    [InlineData(null, """{"deny":["staff"]}""", 200)]
    public async Task The_anonymous_consumer_without_groups_is_told_to_authenticate(string? group, string config, int status)
    {
        var open = new PluginBench();
        open.Put(Alice, PluginBench.Plugin("key-auth", """{"anonymous":"alice"}"""), PluginBench.Plugin("acl", config));
        if (group is not null)
        {
            open.Put(Group(group));
        }

        Assert.Equal(status, (await open.Send()).Http.Response.StatusCode);
    }

    [Fact]
    public async Task Hidden_groups_are_told_to_nobody_and_the_clients_own_claim_is_gone()
    {
        Configure("""{"allow":["staff"],"hide_groups_header":true}""");
        Exchange exchange = await Send(("X-Consumer-Groups", "root"));
        Assert.False(exchange.Http.Request.Headers.ContainsKey("X-Consumer-Groups"));
    }

    [Fact]
    public async Task A_group_taken_away_counts_from_the_next_request_on()
    {
        Configure("""{"allow":["later"]}""");
        Assert.Equal(403, (await Send()).Http.Response.StatusCode);
        Abstractions.Entities.Acl later = Group("later");
        bench.Put(later);
        Assert.Equal(200, (await Send()).Http.Response.StatusCode);
        bench.Delete(later);
        Assert.Equal(403, (await Send()).Http.Response.StatusCode);
    }

    [Fact]
    public async Task A_consumer_without_groups_passes_a_deny_list_without_the_header()
    {
        Consumer bob = new() { Id = Guid.NewGuid(), Username = "bob" };
        bench.Put(bob, new KeyAuthCredential { Id = Guid.NewGuid(), Consumer = new EntityRef(bob.Id), Key = "bobs" });
        Configure("""{"deny":["staff"]}""");
        Exchange exchange = await bench.Send(request => request.Headers["apikey"] = "bobs");
        Assert.Equal(200, exchange.Http.Response.StatusCode);
        Assert.False(exchange.Http.Request.Headers.ContainsKey("X-Consumer-Groups"));
    }

    private static Abstractions.Entities.Acl Group(string name) => new() { Id = Guid.NewGuid(), Consumer = new EntityRef(Alice.Id), Group = name };

    private Task<Exchange> Send(params (string Name, string Value)[] headers) => bench.Send(request =>
    {
        request.Headers["apikey"] = "s3cret";
        foreach ((string name, string value) in headers)
        {
            request.Headers[name] = value;
        }
    });

    private void Configure(string config) => bench.Put(PluginBench.Plugin("acl", config, Guid.Parse("00000000-0000-0000-0000-0000000000f3")));
}
