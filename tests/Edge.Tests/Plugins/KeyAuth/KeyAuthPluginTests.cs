using System.Text;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Tests.Plugins.KeyAuth;

public sealed class KeyAuthPluginTests
{
    private static readonly Consumer Alice = new() { Id = Guid.NewGuid(), Username = "alice", CustomId = "42" };
    private static readonly Consumer Stranger = new() { Id = Guid.NewGuid(), Username = "stranger" };
    private static readonly KeyAuthCredential Key = new() { Id = Guid.NewGuid(), Consumer = new EntityRef(Alice.Id), Key = "s3cret" };
    private readonly PluginBench bench = new();

    [Fact]
    public async Task A_key_names_its_consumer_to_the_upstream_and_what_the_client_said_is_gone()
    {
        Configure("{}");
        Exchange exchange = await bench.Send(request =>
        {
            request.Headers["apikey"] = "s3cret";
            request.Headers["X-Consumer-Username"] = "root";
            request.Headers["X-Consumer-Groups"] = "admins";
            request.Headers["X-Anonymous-Consumer"] = "true";
        });
        Assert.Equal(200, exchange.Http.Response.StatusCode);
        Assert.Same(Alice, exchange.Consumer);
        Assert.Equal(Key.Id, exchange.Credential);
        IHeaderDictionary headers = exchange.Http.Request.Headers;
        Assert.Equal(Alice.Id.ToString(), headers["X-Consumer-ID"]);
        Assert.Equal("alice", headers["X-Consumer-Username"]);
        Assert.Equal("42", headers["X-Consumer-Custom-ID"]);
        Assert.Equal(Key.Id.ToString(), headers["X-Credential-Identifier"]);
        Assert.False(headers.ContainsKey("X-Anonymous-Consumer"));
        Assert.False(headers.ContainsKey("X-Consumer-Groups"));
        Assert.Equal("s3cret", headers["apikey"]);
    }

    [Theory]
    [InlineData(null, "No API key found in request")]
    [InlineData("", "No API key found in request")]
    [InlineData("wrong", "Unauthorized")]
    [InlineData("S3CRET", "Unauthorized")]
    public async Task Without_a_valid_key_the_answer_is_401(string? key, string message)
    {
        Configure("{}");
        Exchange exchange = await bench.Send(request =>
        {
            if (key is not null)
            {
                request.Headers["apikey"] = key;
            }
        });
        Assert.Equal(401, exchange.Http.Response.StatusCode);
        Assert.Equal("Key", exchange.Http.Response.Headers.WWWAuthenticate);
        Assert.Equal(message, PluginBench.Message(exchange));
        Assert.Empty(bench.Forwarded);
    }

    [Fact]
    public async Task Two_keys_are_refused_and_the_realm_is_told()
    {
        Configure("""{"realm":"the \"vault\""}""");
        Exchange exchange = await bench.Send(request => request.Headers["apikey"] = new[] { "s3cret", "s3cret" });
        Assert.Equal(401, exchange.Http.Response.StatusCode);
        Assert.Equal("Duplicate API key found", PluginBench.Message(exchange));
        Assert.Equal("Key realm=\"the \\\"vault\\\"\"", exchange.Http.Response.Headers.WWWAuthenticate);
    }

    [Fact]
    public async Task An_expired_key_is_no_key()
    {
        bench.Put(Alice, Key with { Ttl = 60, CreatedAt = bench.Time.GetUtcNow().ToUnixTimeSeconds() }, PluginBench.Plugin("key-auth", "{}"));
        Assert.Equal(200, (await WithKey()).Http.Response.StatusCode);
        bench.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(401, (await WithKey()).Http.Response.StatusCode);
    }

    [Fact]
    public async Task A_credential_whose_consumer_is_unknown_authenticates_nobody()
    {
        bench.Put(Key, PluginBench.Plugin("key-auth", "{}"));
        Assert.Equal(401, (await WithKey()).Http.Response.StatusCode);
    }

    [Fact]
    public async Task The_key_is_looked_for_only_where_the_settings_say()
    {
        Configure("""{"key_in_header":false,"key_names":["k"]}""");
        Assert.Equal(401, (await bench.Send(request => request.Headers["k"] = "s3cret")).Http.Response.StatusCode);
        Assert.Equal(200, (await bench.Send(request => request.QueryString = new QueryString("?x=1&k=s3cret"))).Http.Response.StatusCode);
        Configure("""{"key_in_query":false}""");
        Assert.Equal(401, (await bench.Send(request => request.QueryString = new QueryString("?apikey=s3cret"))).Http.Response.StatusCode);
    }

    [Fact]
    public async Task A_hidden_key_is_taken_out_of_header_and_query_and_nothing_else_is()
    {
        Configure("""{"hide_credentials":true}""");
        Exchange exchange = await bench.Send(request =>
        {
            request.Headers["apikey"] = "s3cret";
            request.Headers["other"] = "kept";
            request.QueryString = new QueryString("?a=%7e+1&%61pikey=s3cret&b");
        });
        Assert.Equal(200, exchange.Http.Response.StatusCode);
        Assert.False(exchange.Http.Request.Headers.ContainsKey("apikey"));
        Assert.Equal("kept", exchange.Http.Request.Headers["other"]);
        Assert.Equal("?a=%7e+1&b", exchange.UpstreamQuery);
    }

    [Theory]
    [InlineData("application/json", """{"apikey":"s3cret","n":1.50}""", """{"n":1.50}""")]
    [InlineData("application/x-www-form-urlencoded", "a=1&apikey=s3cret&b=%7e", "a=1&b=%7e")]
    [InlineData("multipart/form-data; boundary=XX", "--XX\r\nContent-Disposition: form-data; name=\"apikey\"\r\n\r\ns3cret\r\n--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\nbytes\r\n--XX--\r\n", "--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\nbytes\r\n--XX--\r\n")]
    public async Task A_key_in_the_body_is_found_and_hidden(string type, string body, string hidden)
    {
        Configure("""{"key_in_body":true}""");
        Exchange exchange = await Post(type, body);
        Assert.Equal(200, exchange.Http.Response.StatusCode);
        Assert.Equal(body, await PluginBench.RequestText(exchange));

        Configure("""{"key_in_body":true,"hide_credentials":true}""");
        exchange = await Post(type, body);
        Assert.Equal(200, exchange.Http.Response.StatusCode);
        Assert.Equal(hidden.Length, exchange.Http.Request.ContentLength);
        Assert.Equal(hidden, await PluginBench.RequestText(exchange));
    }

    [Fact]
    public async Task A_body_too_long_to_look_into_still_reaches_the_upstream_whole()
    {
        Configure("""{"key_in_body":true,"anonymous":"stranger"}""");
        string body = "apikey=s3cret&fill=" + new string('x', 2 * 1024 * 1024);
        Exchange exchange = await Post("application/x-www-form-urlencoded", body, contentLength: false);
        Assert.Equal(200, exchange.Http.Response.StatusCode);
        Assert.Same(Stranger, exchange.Consumer);
        Assert.Equal(body, await PluginBench.RequestText(exchange));
    }

    [Fact]
    public async Task Without_a_key_the_anonymous_consumer_stands_in()
    {
        Configure("""{"anonymous":"stranger"}""");
        Exchange exchange = await bench.Send();
        Assert.Same(Stranger, exchange.Consumer);
        Assert.Null(exchange.Credential);
        Assert.Equal("true", exchange.Http.Request.Headers["X-Anonymous-Consumer"]);
        Assert.False(exchange.Http.Request.Headers.ContainsKey("X-Credential-Identifier"));

        Configure("""{"anonymous":"nobody"}""");
        exchange = await bench.Send();
        Assert.Equal(500, exchange.Http.Response.StatusCode);
        Assert.Equal("anonymous consumer nobody is configured but doesn't exist", PluginBench.Message(exchange));
    }

    [Fact]
    public async Task With_an_anonymous_consumer_another_plugins_authentication_is_enough()
    {
        Configure("""{"anonymous":"stranger"}""");
        Exchange exchange = bench.Exchange();
        (exchange.Consumer, exchange.Credential) = (Alice, Key.Id);
        await PluginBench.Run(exchange);
        Assert.Same(Alice, exchange.Consumer);
    }

    [Fact]
    public async Task A_preflight_request_may_pass_but_not_as_somebody()
    {
        Configure("""{"run_on_preflight":false}""");
        Exchange exchange = await bench.Send(request =>
        {
            request.Method = "OPTIONS";
            request.Headers["X-Consumer-ID"] = Alice.Id.ToString();
        });
        Assert.Equal(200, exchange.Http.Response.StatusCode);
        Assert.False(exchange.Http.Request.Headers.ContainsKey("X-Consumer-ID"));
        Configure("{}");
        Assert.Equal(401, (await bench.Send(request => request.Method = "OPTIONS")).Http.Response.StatusCode);
    }

    [Fact]
    public async Task A_name_from_the_configuration_cannot_start_a_header_of_its_own()
    {
        Consumer odd = Alice with { Username = "jö\r\nX-Admin: 1" };
        bench.Put(odd, Key, PluginBench.Plugin("key-auth", "{}"));
        Exchange exchange = await WithKey();
        Assert.Equal(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes("jöX-Admin: 1")), exchange.Http.Request.Headers["X-Consumer-Username"]);
    }

    private Task<Exchange> WithKey() => bench.Send(request => request.Headers["apikey"] = "s3cret");

    private Task<Exchange> Post(string type, string body, bool contentLength = true) => bench.Send(request =>
    {
        request.Method = "POST";
        request.ContentType = type;
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        request.Body = new MemoryStream(bytes);
        request.ContentLength = contentLength ? bytes.Length : null;
    });

    private void Configure(string config) =>
        bench.Put(Alice, Stranger, Key, PluginBench.Plugin("key-auth", config, Guid.Parse("00000000-0000-0000-0000-0000000000f1")));
}
