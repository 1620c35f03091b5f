using System.Text;
using System.Text.Json;
using Mesh.Edge.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Tests.Plugins.RequestTermination;

public sealed class RequestTerminationPluginTests
{
    private readonly PluginBench bench = new();

    [Theory]
    [InlineData("{}", 503, "Service unavailable")]
    [InlineData("""{"status_code":404}""", 404, "Not found")]
    [InlineData("""{"status_code":403,"message":"so long"}""", 403, "so long")]
    public async Task It_answers_with_a_message(string config, int status, string message)
    {
        bench.Put(PluginBench.Plugin("request-termination", config));
        Exchange exchange = await bench.Send();
        Assert.Equal(status, exchange.Http.Response.StatusCode);
        Assert.Equal(message, PluginBench.Message(exchange));
        Assert.Empty(bench.Forwarded);
    }

    [Theory]
    [InlineData("""{"status_code":200,"body":"<p>ö</p>","content_type":"text/html"}""", "text/html", "<p>ö</p>")]
    [InlineData("""{"status_code":200,"body":"plain"}""", "text/plain", "plain")]
    [InlineData("""{"status_code":204}""", null, "")]
    public async Task It_answers_with_a_body_as_it_stands(string config, string? type, string body)
    {
        bench.Put(PluginBench.Plugin("request-termination", config));
        Exchange exchange = await bench.Send();
        Assert.Equal(type, exchange.Http.Response.ContentType);
        Assert.Equal(body, PluginBench.Body(exchange));
    }

    [Fact]
    public async Task With_a_trigger_only_requests_that_carry_it_are_answered()
    {
        bench.Put(PluginBench.Plugin("request-termination", """{"trigger":"x-stop"}"""));
        Assert.Equal(200, (await bench.Send()).Http.Response.StatusCode);
        Assert.Equal(503, (await bench.Send(request => request.Headers["X-Stop"] = "1")).Http.Response.StatusCode);
        Assert.Equal(503, (await bench.Send(request => request.QueryString = new QueryString("?a=1&x-stop"))).Http.Response.StatusCode);
        Assert.Equal(200, (await bench.Send(request => request.QueryString = new QueryString("?x-stopper=1"))).Http.Response.StatusCode);
    }

    [Fact]
    public async Task It_can_echo_the_request()
    {
        bench.Put(PluginBench.Plugin("request-termination", """{"echo":true,"status_code":200,"message":"hi"}"""));
        Exchange exchange = await bench.Send(request =>
        {
            request.Method = "POST";
            request.Path = "/there";
            request.QueryString = new QueryString("?a=1&a=2&b=%3c");
            request.Body = new MemoryStream(Encoding.UTF8.GetBytes("body"));
        });
        JsonElement answer = JsonElement.Parse(PluginBench.Body(exchange));
        JsonElement request = answer.GetProperty("request");
        Assert.Equal("hi", answer.GetProperty("message").GetString());
        Assert.Equal("POST", request.GetProperty("method").GetString());
        Assert.Equal("/there", request.GetProperty("path").GetString());
        Assert.Equal("""["1","2"]""", request.GetProperty("query").GetProperty("a").GetRawText());
        Assert.Equal("<", request.GetProperty("query").GetProperty("b").GetString());
        Assert.Equal("body", request.GetProperty("raw_body").GetString());
        Assert.Equal("application/json", request.GetProperty("headers").GetProperty("accept").GetString());
        Assert.Equal(PluginBench.Route.Id.ToString(), answer.GetProperty("matched_route").GetProperty("id").GetString());
    }
}
