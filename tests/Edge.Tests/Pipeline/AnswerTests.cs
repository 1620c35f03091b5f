using System.Text.Json;
using System.Xml.Linq;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Tests.Forwarding;

namespace Mesh.Edge.Tests.Pipeline;

public sealed class AnswerTests
{
    private const string NoRoute = "no Route matched with those values";

    [Theory]
    [InlineData("", "text/plain; charset=utf-8")]
    [InlineData("Accept: application/json\r\n", "application/json; charset=utf-8")]
    [InlineData("Accept: application/vnd.api+json\r\n", "application/json; charset=utf-8")]
    [InlineData("Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n", "text/html; charset=utf-8")]
    [InlineData("Accept: application/json;q=0.1, application/xml;q=0.5, image/png\r\n", "application/xml; charset=utf-8")]
    [InlineData("Accept: */*\r\n", "text/plain; charset=utf-8")]
    [InlineData("Accept: image/png\r\n", "text/plain; charset=utf-8")]
    [InlineData("Accept: ;;;,,,q=x\r\n", "text/plain; charset=utf-8")]
    [InlineData("Content-Type: application/json\r\n", "application/json; charset=utf-8")]
    [InlineData("Accept: text/html\r\nContent-Type: application/json\r\n", "text/html; charset=utf-8")]
    public async Task Speaks_the_clients_format(string headers, string contentType)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();

        string answer = await gateway.GetAsync("/", headers);

        Assert.Equal("HTTP/1.1 404 Not Found", RawHead.FirstLine(answer));
        Assert.Equal(contentType, RawHead.Value(answer, "Content-Type"));
        Assert.Equal(Product.Token, RawHead.Value(answer, "Server"));
        Assert.Matches("^[0-9]+$", RawHead.Value(answer, "X-Kong-Response-Latency"));
        Assert.Null(RawHead.Value(answer, "Via"));
        string id = RawHead.Value(answer, "X-Kong-Request-Id")!;
        Assert.Contains(id, Body(answer), StringComparison.Ordinal);
        Assert.Contains(NoRoute, Body(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_setting_decides_when_the_client_does_not()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(new() { ErrorDefaultType = "application/json" }, [], TimeProvider.System);

        string answer = await gateway.GetAsync("/");

        JsonElement body = JsonDocument.Parse(Body(answer)).RootElement;
        Assert.Equal(NoRoute, body.GetProperty("message").GetString());
        Assert.Equal(RawHead.Value(answer, "X-Kong-Request-Id"), body.GetProperty("request_id").GetString());
    }

    [Theory]
    [InlineData("<script>\"'&")]
    [InlineData("a\u0001b\\ü")]
    public void Every_format_escapes_what_a_message_holds(string message)
    {
        string json = Text(AnswerFormat.Json, message);
        string html = Text(AnswerFormat.Html, message);

        Assert.Equal(message, JsonDocument.Parse(json).RootElement.GetProperty("message").GetString());
        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", Text(AnswerFormat.Xml, message), StringComparison.Ordinal);
    }

    [Fact]
    public void Writes_kongs_templates()
    {
        Assert.Equal("{\"message\":\"m\",\"request_id\":\"id\"}", Text(AnswerFormat.Json, "m"));
        Assert.Equal("m\nrequest_id: id\n", Text(AnswerFormat.Plain, "m"));
        Assert.StartsWith("<!doctype html>\n", Text(AnswerFormat.Html, "m"), StringComparison.Ordinal);
        Assert.Contains("<p>m.</p>", Text(AnswerFormat.Html, "m"), StringComparison.Ordinal);
        XElement xml = XDocument.Parse(Text(AnswerFormat.Xml, "m")).Root!;
        Assert.Equal(("m", "id"), (xml.Element("message")!.Value, xml.Element("requestid")!.Value));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("50 %", "50 %25")]
    [InlineData("é\n", "%C3%A9%0A")]
    public void Encodes_grpc_messages(string message, string encoded) => Assert.Equal(encoded, GrpcStatus.EncodeMessage(message));

    [Fact]
    public async Task Heads_get_the_headers_alone()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();

        string answer = await gateway.ExchangeAsync("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 404", answer, StringComparison.Ordinal);
        Assert.NotNull(RawHead.Value(answer, "Content-Length"));
        Assert.Equal("", Body(answer));
    }

    private static string Text(AnswerFormat format, string message) => System.Text.Encoding.UTF8.GetString(AnswerBody.Write(format, message, "id").Span);

    private static string Body(string answer) => answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
}
