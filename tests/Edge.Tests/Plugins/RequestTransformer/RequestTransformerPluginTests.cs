using System.Text;
using System.Text.RegularExpressions;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Routing;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Tests.Plugins.RequestTransformer;

public sealed class RequestTransformerPluginTests
{
    private const string Form = "application/x-www-form-urlencoded";
    private readonly PluginBench bench = new();

    [Fact]
    public async Task Headers_are_removed_renamed_replaced_added_and_appended_in_this_order()
    {
        Configure("""
            {
              "remove": {"headers": ["x-gone", "x-swap"]},
              "rename": {"headers": ["X-Old:X-New", "X-None:X-Nothing"]},
              "replace": {"headers": ["x-there:replaced", "X-Absent:never"]},
              "add": {"headers": ["X-There:never", "X-Swap:added", "X-Time:12:30"]},
              "append": {"headers": ["X-There:more", "X-Fresh:one"]}
            }
            """);
        Exchange exchange = await bench.Send(request =>
        {
            request.Headers["X-Gone"] = "1";
            request.Headers["X-Swap"] = "client's";
            request.Headers["X-Old"] = new[] { "a", "b" };
            request.Headers["X-There"] = "1";
        });
        IHeaderDictionary headers = exchange.Http.Request.Headers;
        Assert.False(headers.ContainsKey("X-Gone"));
        Assert.Equal("added", headers["X-Swap"]);
        Assert.False(headers.ContainsKey("X-Old"));
        Assert.Equal("a,b", headers["X-New"].ToString());
        Assert.False(headers.ContainsKey("X-Nothing"));
        Assert.Equal("replaced,more", headers["X-There"].ToString());
        Assert.False(headers.ContainsKey("X-Absent"));
        Assert.Equal("12:30", headers["X-Time"]);
        Assert.Equal("one", headers["X-Fresh"]);
        Assert.Equal("application/json", headers.Accept);
    }

    [Fact]
    public async Task Host_is_replaced_for_the_upstream_and_nothing_else_is_done_to_it()
    {
        Configure("""{"remove":{"headers":["host"]},"replace":{"headers":["Host:other.example"]},"append":{"headers":["Host:bad"]}}""");
        Exchange exchange = await bench.Send(request => request.Host = new HostString("example.com"));
        Assert.Equal("other.example", exchange.UpstreamHost);
        Assert.Equal("example.com", exchange.Http.Request.Headers.Host);
    }

    [Theory]
    [InlineData("""{"add":{"headers":["Content-Length:0"]}}""", "header 'Content-Length' frames the message and is the edge's own")]
    [InlineData("""{"remove":{"headers":["transfer-encoding"]}}""", "header 'transfer-encoding' frames the message and is the edge's own")]
    [InlineData("""{"add":{"headers":["X:$(os.exit())"]}}""", "value '$(os.exit())' is not in supported format, error: unexpected text at character 5")]
    [InlineData("""{"replace":{"uri":"/$(headers.x"}}""", "value '/$(headers.x' is not in supported format, error: unexpected text at character 13")]
    public async Task Rules_that_cannot_be_kept_are_refused(string config, string reason)
    {
        Configure(config);
        Assert.Equal(reason, Assert.Single(bench.Problems).Reason);
        Assert.Equal(500, (await bench.Send()).Http.Response.StatusCode);
    }

    [Fact]
    public async Task Query_arguments_are_changed_and_the_rest_stays_as_it_came()
    {
        Configure("""
            {
              "remove": {"querystring": ["gone"]},
              "rename": {"querystring": ["old:new", "none:nothing"]},
              "replace": {"querystring": ["there:a b", "absent:never"]},
              "add": {"querystring": ["there:never", "fresh:ä"]},
              "append": {"querystring": ["there:more"]}
            }
            """);
        Exchange exchange = await bench.Send(request => request.QueryString = new QueryString("?k=%7e+%2b&gone=1&old=%41&old=2&go%6ee=x&there=1&there=2&flag"));
        Assert.Equal("?k=%7e+%2b&new=%41&new=2&there=a%20b&flag&fresh=%C3%A4&there=more", exchange.UpstreamQuery);
    }

    [Fact]
    public async Task Templates_are_filled_from_the_request_as_it_was()
    {
        Configure("""
            {
              "remove": {"headers": ["x-id"], "querystring": ["q"]},
              "rename": {"headers": [], "querystring": []},
              "add": {
                "headers": [
                  "X-A:$(headers.x_id)-$(headers['X-Id'])-$(headers.x-id)",
                  "X-B:$(query_params.q)/$(query_params[\"q r\"] or 'none')",
                  "X-C:$(uri_captures[1]).$(uri_captures['name']).$(uri_captures.name)",
                  "X-D:$(headers.missing)|$(headers.missing or query_params.q)",
                  "X-E:$5 (plain)"
                ],
                "querystring": ["copy:$(headers.x_id)"]
              }
            }
            """);
        Exchange exchange = bench.Exchange(request =>
        {
            request.Headers["X-Id"] = "7&8";
            request.QueryString = new QueryString("?q=v%20w");
        });
        exchange.Match = new RouteMatch(PluginBench.Route, 0, Regex.Match("/users/ann", "^/users/(?<name>[a-z]+)"));
        await PluginBench.Run(exchange);
        IHeaderDictionary headers = exchange.Http.Request.Headers;
        Assert.Equal("7&8-7&8-7&8", headers["X-A"]);
        Assert.Equal("v w/none", headers["X-B"]);
        Assert.Equal("ann.ann.ann", headers["X-C"]);
        Assert.Equal("|v w", headers["X-D"]);
        Assert.Equal("$5 (plain)", headers["X-E"]);
        Assert.False(headers.ContainsKey("X-Id"));
        Assert.Equal("?copy=7%268", exchange.UpstreamQuery);
    }

    [Fact]
    public async Task A_value_from_the_request_cannot_start_a_header_of_its_own()
    {
        Configure("""{"add":{"headers":["X-A:$(query_params.q)"]}}""");
        Exchange exchange = await bench.Send(request => request.QueryString = new QueryString("?q=a%0d%0aX-Admin:%201"));
        Assert.Equal("aX-Admin: 1", exchange.Http.Request.Headers["X-A"]);
    }

    [Theory]
    [InlineData("a b", "/v2/a%20b/end")]
    [InlineData("a?b#c", "/v2/a%3Fb%23c/end")]
    [InlineData("a%2Fb%zz", "/v2/a%2Fb%25zz/end")]
    [InlineData("a/b", "/v2/a/b/end")]
    [InlineData("...", "/v2/.../end")]
    [InlineData("..", null)]
    [InlineData("%2E%2e", null)]
    [InlineData("a/../../b", null)]
    [InlineData(".", null)]
    public async Task A_path_is_filled_in_but_not_led_out_of(string value, string? path)
    {
        Configure("""{"replace":{"uri":"/v2/$(headers.x)/end"}}""");
        Exchange exchange = await bench.Send(request => request.Headers["X"] = value);
        Assert.Equal(path is null ? 400 : 200, exchange.Http.Response.StatusCode);
        if (path is not null)
        {
            Assert.Equal(path, exchange.UpstreamPath);
        }
    }

    [Theory]
    [InlineData("""{"a":1,"gone":{"x":[1]},"old":2.50,"there":true,"list":["x"],"text":"t"}""",
        """{"a":1,"list":["x","more"],"new":2.50,"there":"replaced","fresh":"added","text":["t","more"]}""")]
    [InlineData("""{"gone":1,"gone":2,"a":1}""", """{"a":1,"there":"default","fresh":"added","list":["more"],"text":["more"]}""")]
    [InlineData("", """{"there":"default","fresh":"added","list":["more"],"text":["more"]}""")]
    public async Task Json_fields_are_changed(string body, string expected)
    {
        Configure(BodyRules);
        Exchange exchange = await Post("application/json; charset=utf-8", body);
        string sent = await PluginBench.RequestText(exchange);
        Assert.True(System.Text.Json.Nodes.JsonNode.DeepEquals(System.Text.Json.Nodes.JsonNode.Parse(expected), System.Text.Json.Nodes.JsonNode.Parse(sent)), sent);
        Assert.Equal(Encoding.UTF8.GetByteCount(sent), exchange.Http.Request.ContentLength);
        Assert.False(exchange.Http.Request.Headers.ContainsKey("Transfer-Encoding"));
    }

    [Theory]
    [InlineData(Form, "a=%7e&gone=1&old=x&there=1&list=1&text=2", "a=%7e&new=x&there=replaced&list=1&text=2&fresh=added&list=more&text=more")]
    [InlineData("application/json", "[1,2]", "[1,2]")]
    [InlineData("application/json", "{not json", "{not json")]
    [InlineData("text/plain", "gone", "gone")]
    public async Task Other_bodies_are_changed_where_they_can_be_read(string type, string body, string expected)
    {
        Configure(BodyRules);
        Exchange exchange = await Post(type, body);
        Assert.Equal(expected, await PluginBench.RequestText(exchange));
    }

    [Fact]
    public async Task Multipart_fields_are_changed()
    {
        Configure(BodyRules);
        Exchange exchange = await Post("multipart/form-data; boundary=\"XX\"", "--XX\r\nContent-Disposition: form-data; name=\"gone\"\r\n\r\n1\r\n--XX\r\nContent-Disposition: form-data; name=\"there\"\r\n\r\n2\r\n--XX--\r\n");
        string sent = await PluginBench.RequestText(exchange);
        Assert.DoesNotContain("gone", sent);
        Assert.Contains("name=\"there\"\r\n\r\nreplaced\r\n", sent);
        Assert.Contains("name=\"fresh\"\r\n\r\nadded\r\n", sent);
        Assert.EndsWith("--XX--\r\n", sent);
    }

    [Theory]
    [InlineData(true, """{"a":{"b":1,"c":2},"a.b":3}""", """{"a":{"b":1,"c":2},"x.y":"1"}""")]
    [InlineData(false, """{"a":{"b":1,"c":2},"a.b":3}""", """{"a":{"c":2},"a.b":3,"x":{"y":"1"}}""")]
    public async Task A_dot_in_a_name_is_part_of_it_or_leads_inside(bool dotsInKeys, string body, string expected)
    {
        Configure("""{"dots_in_keys":DOTS,"remove":{"body":["a.b"]},"add":{"body":["x.y:1"]}}""".Replace("DOTS", dotsInKeys ? "true" : "false"));
        Exchange exchange = await Post("application/json", body);
        Assert.Equal(expected, await PluginBench.RequestText(exchange));
    }

    [Fact]
    public async Task A_body_too_long_to_be_changed_is_refused()
    {
        Configure(BodyRules);
        Exchange exchange = await Post("application/json", "{\"a\":\"" + new string('x', 1024 * 1024) + "\"}");
        Assert.Equal(413, exchange.Http.Response.StatusCode);
        Assert.Empty(bench.Forwarded);
    }

    [Fact]
    public async Task A_changed_method_takes_a_form_into_the_query()
    {
        Configure("""{"http_method":"GET"}""");
        Exchange exchange = await Post(Form, "a=1&b=%7e", "?c=3");
        Assert.Equal("GET", exchange.Http.Request.Method);
        Assert.Equal("?c=3&a=1&b=%7e", exchange.UpstreamQuery);
        Assert.Equal("POST", (await ConfigureAndSend("""{"http_method":"POST"}""")).Http.Request.Method);
    }

    private const string BodyRules = """
        {
          "remove": {"body": ["gone"]},
          "rename": {"body": ["old:new", "none:nothing"]},
          "replace": {"body": ["there:replaced", "absent:never"]},
          "add": {"body": ["there:default", "fresh:added"]},
          "append": {"body": ["list:more", "text:more"]}
        }
        """;

    private Task<Exchange> ConfigureAndSend(string config)
    {
        Configure(config);
        return bench.Send();
    }

    private Task<Exchange> Post(string type, string body, string query = "") => bench.Send(request =>
    {
        request.Method = "POST";
        request.ContentType = type;
        request.QueryString = new QueryString(query);
        request.Headers.TransferEncoding = "chunked";
        request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
    });

    private void Configure(string config) =>
        bench.Put(PluginBench.Plugin("request-transformer", config, Guid.Parse("00000000-0000-0000-0000-0000000000f1")));
}
