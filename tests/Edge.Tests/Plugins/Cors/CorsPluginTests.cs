using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Tests.Plugins.Cors;

public sealed class CorsPluginTests
{
    private readonly PluginBench bench = new();

    [Fact]
    public async Task A_preflight_is_answered_before_anybody_asks_for_credentials()
    {
        bench.Put(PluginBench.Plugin("cors", """{"max_age":600}"""), PluginBench.Plugin("key-auth", "{}"));
        Exchange exchange = await Preflight("https://app.test", ("Access-Control-Request-Headers", "x-a, x-b"));
        IHeaderDictionary headers = exchange.Http.Response.Headers;
        Assert.Equal(200, exchange.Http.Response.StatusCode);
        Assert.Empty(bench.Forwarded);
        Assert.Equal("*", headers.AccessControlAllowOrigin);
        Assert.Equal("x-a, x-b", headers.AccessControlAllowHeaders);
        Assert.Equal("GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS,TRACE,CONNECT", headers.AccessControlAllowMethods);
        Assert.Equal("600", headers.AccessControlMaxAge);
        Assert.False(headers.ContainsKey("Vary"));
        Assert.False(headers.ContainsKey("Access-Control-Allow-Credentials"));
    }

    [Fact]
    public async Task Settings_name_methods_headers_and_private_networks()
    {
        Configure("""{"methods":["GET","POST"],"headers":["x-a","x-b"],"private_network":true,"exposed_headers":["x-c","x-d"],"origins":["*"]}""");
        IHeaderDictionary headers = (await Preflight("https://app.test", ("Access-Control-Request-Private-Network", "true"))).Http.Response.Headers;
        Assert.Equal("GET,POST", headers.AccessControlAllowMethods);
        Assert.Equal("x-a,x-b", headers.AccessControlAllowHeaders);
        Assert.Equal("true", headers["Access-Control-Allow-Private-Network"]);
        Assert.False(headers.ContainsKey("Access-Control-Expose-Headers"));
        headers = (await Send("https://app.test")).Http.Response.Headers;
        Assert.Equal("x-c,x-d", headers.AccessControlExposeHeaders);
        Assert.Equal("*", headers.AccessControlAllowOrigin);
        Assert.False(headers.ContainsKey("Access-Control-Allow-Methods"));
    }

    [Fact]
    public async Task Options_without_the_marks_of_a_preflight_go_to_the_upstream_and_preflights_do_when_it_answers_them()
    {
        Configure("{}");
        Exchange exchange = await bench.Send(request => request.Method = "OPTIONS");
        Assert.Single(bench.Forwarded);
        Assert.Equal("*", exchange.Http.Response.Headers.AccessControlAllowOrigin);
        Configure("""{"preflight_continue":true}""");
        exchange = await Preflight("https://app.test");
        Assert.Equal(2, bench.Forwarded.Count);
        Assert.False(exchange.Http.Response.Headers.ContainsKey("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("""["https://a.test","https://b.test:8443"]""", "https://a.test", "https://a.test")]
    [InlineData("""["https://a.test","https://b.test"]""", "https://a.test:443", "https://a.test")]
    [InlineData("""["https://a.test","https://b.test:8443"]""", "https://b.test:8443", "https://b.test:8443")]
    [InlineData("""["https://a.test","https://b.test:8443"]""", "https://b.test", null)]
    [InlineData("""["https://a.test","https://b.test"]""", "http://a.test", null)]
    [InlineData("""["https://a.test","https://b.test"]""", "https://a.test.evil", null)]
    [InlineData("""["https://a.test","https://b.test"]""", "null", null)]
    [InlineData("""["https://a.test","https://b.test"]""", null, null)]
    [InlineData("""["(.*[.])?a[.]test"]""", "https://x.a.test", "https://x.a.test")]
    [InlineData("""["(.*[.])?a[.]test"]""", "http://a.test:8080", "http://a.test:8080")]
    [InlineData("""["(.*[.])?a[.]test"]""", "https://a.test.evil", null)]
    [InlineData("""["a[.]test|b[.]test"]""", "https://evil-b.test", null)]
    [InlineData("""["^https://x-[0-9]+[.]test$"]""", "https://x-12.test", "https://x-12.test")]
    [InlineData("""["^https://x-[0-9]+[.]test$"]""", "http://x-12.test", null)]
    [InlineData("""["*","https://a.test"]""", "https://a.test", "https://a.test")]
    [InlineData("""["*","https://a.test"]""", "https://b.test", null)]
    [InlineData("""["https://only.test"]""", "https://other.test", "https://only.test")]
    public async Task An_origin_is_named_only_when_it_is_allowed(string origins, string? origin, string? allowed)
    {
        Configure($$"""{"origins":{{origins}},"credentials":true}""");
        IHeaderDictionary headers = (await Send(origin)).Http.Response.Headers;
        Assert.Equal(allowed, headers.TryGetValue("Access-Control-Allow-Origin", out var value) ? value.ToString() : null);
        Assert.Equal("Origin", headers.Vary);
    }

    [Fact]
    public async Task With_credentials_no_wildcard_is_told()
    {
        Configure("""{"credentials":true}""");
        IHeaderDictionary headers = (await Send("https://app.test")).Http.Response.Headers;
        Assert.Equal(("https://app.test", "true", "Origin"), (headers.AccessControlAllowOrigin.ToString(), headers.AccessControlAllowCredentials.ToString(), headers.Vary.ToString()));
        headers = (await Send(null)).Http.Response.Headers;
        Assert.Equal("*", headers.AccessControlAllowOrigin);
        Assert.False(headers.ContainsKey("Access-Control-Allow-Credentials"));
    }

    [Fact]
    public async Task A_request_without_origin_can_be_left_alone()
    {
        Configure("""{"allow_origin_absent":false}""");
        Assert.False((await Send(null)).Http.Response.Headers.ContainsKey("Access-Control-Allow-Origin"));
        Assert.Equal("*", (await Send("https://app.test")).Http.Response.Headers.AccessControlAllowOrigin);
    }

    [Fact]
    public async Task What_the_upstream_says_of_origins_is_replaced_and_its_vary_is_kept()
    {
        Configure("""{"origins":["https://a.test","https://b.test"]}""");
        Exchange exchange = bench.Exchange(request => request.Headers.Origin = "https://evil.test");
        exchange.Http.Response.Headers.AccessControlAllowOrigin = "*";
        exchange.Http.Response.Headers.Vary = "Accept-Encoding";
        await PluginBench.Run(exchange);
        Assert.False(exchange.Http.Response.Headers.ContainsKey("Access-Control-Allow-Origin"));
        Assert.Equal(["Accept-Encoding", "Origin"], exchange.Http.Response.Headers.Vary.ToArray());
    }

    [Fact]
    public async Task A_refusal_carries_the_headers_so_that_the_page_can_read_it()
    {
        bench.Put(PluginBench.Plugin("cors", "{}"), PluginBench.Plugin("key-auth", "{}"));
        Exchange exchange = await Send("https://app.test");
        Assert.Equal(401, exchange.Http.Response.StatusCode);
        Assert.Equal("*", exchange.Http.Response.Headers.AccessControlAllowOrigin);
    }

    [Theory]
    [InlineData("*", null)]
    [InlineData("https://a.test", null)]
    [InlineData("(.*)a", null)]
    [InlineData("(a", "'(a' is not a valid regex")]
    [InlineData("*a", "'*a' is not a valid regex")]
    public void Entries_are_checked_when_they_are_committed(string entry, string? problem) =>
        Assert.Equal(problem, PluginCatalog.Default.Find("cors")!.Config.Single(field => field.Name == "origins").Elements!.Check!(entry));

    private Task<Exchange> Send(string? origin) => bench.Send(request =>
    {
        if (origin is not null)
        {
            request.Headers.Origin = origin;
        }
    });

    private Task<Exchange> Preflight(string origin, params (string Name, string Value)[] headers) => bench.Send(request =>
    {
        request.Method = "OPTIONS";
        request.Headers.Origin = origin;
        request.Headers.AccessControlRequestMethod = "POST";
        foreach ((string name, string value) in headers)
        {
            request.Headers[name] = value;
        }
    });

    private void Configure(string config) => bench.Put(PluginBench.Plugin("cors", config, Guid.Parse("00000000-0000-0000-0000-0000000000f4")));
}
