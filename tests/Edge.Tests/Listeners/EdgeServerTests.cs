using System.Net;
using System.Net.Security;

namespace Mesh.Edge.Tests.Listeners;

public sealed class EdgeServerTests
{
    [Fact]
    public async Task Serves_http1_on_a_plain_listener()
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0");
        using HttpClient http = edge.Http(HttpVersion.Version11);

        string answer = await http.GetStringAsync("/a%2fb?x=1");

        Assert.Equal($"HTTP/1.1 GET host=127.0.0.1 port={edge.Port} path=/a%2fb query=?x=1 body=0 sni= secure=False\n", answer);
    }

    [Fact]
    public async Task Serves_http2_and_http1_on_one_clear_text_port()
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 http2");
        using HttpClient http2 = edge.Http(HttpVersion.Version20);
        using HttpClient http1 = edge.Http(HttpVersion.Version11);

        Assert.StartsWith("HTTP/2 GET host=127.0.0.1", await http2.GetStringAsync("/"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 GET host=127.0.0.1", await http1.GetStringAsync("/"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:0 ssl http2", 2)]
    [InlineData("127.0.0.1:0 ssl http2", 1)]
    [InlineData("127.0.0.1:0 ssl", 1)]
    public async Task Negotiates_the_protocol_over_tls(string directive, int version)
    {
        await using TestEdge edge = await TestEdge.StartAsync(directive);
        using HttpClient http = edge.Http(version == 2 ? HttpVersion.Version20 : HttpVersion.Version11, "https");
        http.DefaultRequestHeaders.Host = "some.test";

        string answer = await http.GetStringAsync("/");

        Assert.Contains(version == 2 ? "HTTP/2" : "HTTP/1.1", answer, StringComparison.Ordinal);
        Assert.Contains("sni=some.test secure=True", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_http2_the_handshake_offers_http1_only()
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 ssl");

        await using RawClient client = await edge.ConnectTlsAsync("a.test", SslApplicationProtocol.Http2, SslApplicationProtocol.Http11);

        Assert.Equal(SslApplicationProtocol.Http11, client.Tls.NegotiatedApplicationProtocol);
    }
}
