using System.Security.Cryptography;
using System.Text;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Tests.Plugins.BasicAuth;

public sealed class BasicAuthPluginTests
{
    private static readonly Consumer Alice = new() { Id = Guid.NewGuid(), Username = "alice" };
    private static readonly Consumer Stranger = new() { Id = Guid.NewGuid(), Username = "stranger" };
    private static readonly BasicAuthCredential Login = new() { Id = Guid.NewGuid(), Consumer = new EntityRef(Alice.Id), Username = "al", Password = Stored("pa:ss wörd", Alice.Id) };
    private static readonly KeyAuthCredential Key = new() { Id = Guid.NewGuid(), Consumer = new EntityRef(Alice.Id), Key = "s3cret" };
    private readonly PluginBench bench = new();

    [Theory]
    [InlineData("Basic")]
    [InlineData("basic")]
    [InlineData("  BASIC  ")]
    public async Task A_login_names_its_consumer(string scheme)
    {
        Configure("{}");
        Exchange exchange = await Send(scheme.TrimEnd() + " " + Encode("al:pa:ss wörd"));
        Assert.Equal(200, exchange.Http.Response.StatusCode);
        Assert.Same(Alice, exchange.Consumer);
        Assert.Equal(Login.Id, exchange.Credential);
        IHeaderDictionary headers = exchange.Http.Request.Headers;
        Assert.Equal(("alice", Login.Id.ToString()), (headers["X-Consumer-Username"].ToString(), headers["X-Credential-Identifier"].ToString()));
        Assert.True(headers.ContainsKey("Authorization"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Basic")]
    [InlineData("Basic !!!")]
    [InlineData("Bearer YWw6cGE6c3Mgd8O2cmQ=")]
    [InlineData("Basic YWw=")]
    [InlineData("Basic OnBhc3M=")]
    [InlineData("Basic YWw6d3Jvbmc=")]
    [InlineData("Basic bm9ib2R5OnBhc3M=")]
    public async Task Anything_else_is_answered_401(string? header)
    {
        Configure("{}");
        Exchange exchange = await Send(header);
        Assert.Equal(401, exchange.Http.Response.StatusCode);
        Assert.Equal("Basic realm=\"service\"", exchange.Http.Response.Headers.WWWAuthenticate);
        Assert.Equal("Unauthorized", PluginBench.Message(exchange));
        Assert.Empty(bench.Forwarded);
    }

    [Fact]
    public async Task The_header_for_proxies_counts_first_and_hidden_credentials_go_no_further()
    {
        Configure("""{"hide_credentials":true,"realm":"a \"b\""}""");
        Exchange exchange = await bench.Send(request =>
        {
            request.Headers["Proxy-Authorization"] = "Basic " + Encode("al:pa:ss wörd");
            request.Headers.Authorization = "Bearer for-the-upstream";
        });
        Assert.Equal(200, exchange.Http.Response.StatusCode);
        Assert.False(exchange.Http.Request.Headers.ContainsKey("Proxy-Authorization"));
        Assert.Equal("Bearer for-the-upstream", exchange.Http.Request.Headers.Authorization);

        exchange = await bench.Send(request =>
        {
            request.Headers["Proxy-Authorization"] = "Basic " + Encode("who:x");
            request.Headers.Authorization = "Basic " + Encode("al:pa:ss wörd");
        });
        Assert.Same(Alice, exchange.Consumer);
        Assert.False(exchange.Http.Request.Headers.ContainsKey("Authorization"));
        Assert.Equal("Basic realm=\"a \\\"b\\\"\"", (await Send(null)).Http.Response.Headers.WWWAuthenticate);
    }

    [Fact]
    public async Task The_password_of_one_consumer_is_not_anothers()
    {
        Configure("{}");
        bench.Put(Login with { Password = Stored("pa:ss wörd", Stranger.Id) });
        Assert.Equal(401, (await Send("Basic " + Encode("al:pa:ss wörd"))).Http.Response.StatusCode);
        bench.Put(Login with { Password = "" });
        Assert.Equal(401, (await Send("Basic " + Encode("al:"))).Http.Response.StatusCode);
    }

    [Fact]
    public async Task Without_a_login_the_anonymous_consumer_stands_in()
    {
        Configure("""{"anonymous":"stranger"}""");
        Exchange exchange = await Send("Basic " + Encode("al:wrong"));
        Assert.Same(Stranger, exchange.Consumer);
        Assert.Equal("true", exchange.Http.Request.Headers["X-Anonymous-Consumer"]);
        Configure("""{"anonymous":"nobody"}""");
        Assert.Equal(500, (await Send(null)).Http.Response.StatusCode);
    }

    [Theory]
    [InlineData(true, true, 200, "alice")]
    [InlineData(true, false, 401, null)]
    [InlineData(false, true, 401, null)]
    [InlineData(false, false, 401, null)]
    public async Task Two_authentications_must_both_be_satisfied(bool key, bool login, int status, string? consumer) =>
        await Both("{}", "{}", key, login, status, consumer);

    [Theory]
    [InlineData(true, true, "alice")]
    [InlineData(true, false, "alice")]
    [InlineData(false, true, "alice")]
    [InlineData(false, false, "stranger")]
    public async Task With_an_anonymous_consumer_one_of_them_is_enough(bool key, bool login, string consumer) =>
        await Both("""{"anonymous":"stranger"}""", """{"anonymous":"stranger"}""", key, login, 200, consumer);

    /// <summary>As Kong: the alternative is weighed by the plugin that has it, so a later one without it still asks.</summary>
    [Fact]
    public async Task A_plugin_without_an_anonymous_consumer_is_no_alternative() =>
        await Both("""{"anonymous":"stranger"}""", "{}", key: true, login: false, 401, "alice");

    private static string Stored(string password, Guid consumer) =>
        Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(password + consumer)));

    private static string Encode(string pair) => Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));

    private async Task Both(string keyConfig, string loginConfig, bool key, bool login, int status, string? consumer)
    {
        bench.Put(Alice, Stranger, Login, Key, PluginBench.Plugin("key-auth", keyConfig), PluginBench.Plugin("basic-auth", loginConfig));
        Exchange exchange = await bench.Send(request =>
        {
            if (key)
            {
                request.Headers["apikey"] = "s3cret";
            }

            if (login)
            {
                request.Headers.Authorization = "Basic " + Encode("al:pa:ss wörd");
            }
        });
        Assert.Equal(status, exchange.Http.Response.StatusCode);
        if (status == 200)
        {
            Assert.Equal(consumer, exchange.Consumer?.Username);
            Assert.Equal(consumer == "alice", exchange.Credential is not null);
            Assert.Equal(consumer == "stranger", exchange.Http.Request.Headers.ContainsKey("X-Anonymous-Consumer"));
        }
    }

    private Task<Exchange> Send(string? header) => bench.Send(request =>
    {
        if (header is not null)
        {
            request.Headers.Authorization = header;
        }
    });

    private void Configure(string config) =>
        bench.Put(Alice, Stranger, Login, PluginBench.Plugin("basic-auth", config, Guid.Parse("00000000-0000-0000-0000-0000000000f2")));
}
