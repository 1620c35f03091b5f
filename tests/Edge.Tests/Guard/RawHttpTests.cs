using System.Net;
using System.Net.Security;
using Mesh.Edge.Tests.Listeners;

namespace Mesh.Edge.Tests.Guard;

/// <summary>Bytes that a lenient parser lets pass, sent to the real server: whole, a byte at a time, and inside TLS.</summary>
public sealed class RawHttpTests
{
    private const string Smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

    /// <summary>Head (and body) and the status; every one of them must also end the connection.</summary>
    public static TheoryData<string, int> Refused => new()
    {
        { "delete / HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
        { "GeT / HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
        { "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501 },
        { "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n", 501 },
        { "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 501 },
        { "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: , chunked\r\n\r\n0\r\n\r\n", 501 },
        { "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501 },
        { "POST / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400 },
        { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello", 400 },
        { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -0\r\n\r\n", 400 },
        { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nhello", 400 },
        { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", 400 },
        { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400 },
        { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\ncontent-length: 6\r\n\r\nhello", 400 },
        { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 400 },
        { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400 },
        { "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400 },
        { "GET /a\rb HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
        { "GET /a\u000bb HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
        { "GET /a\u007fb HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
        { "GET /a?q=\u0001 HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
        { "GET /\tb HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost: a:x\r\n\r\n", 400 },
        { "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
        { "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", 405 },
        { "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
        { "GET / HTTP/1.1\nHost: a\n\n", 400 },
        { "GET / HTTP/1.1\r\nHost: a\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\nhello", 400 },
        { "GET / HTTP/1.1\r\nHost: a\r\n: y\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n folded\r\n\r\n", 400 },
        { "GE(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Is_refused_and_nothing_behind_it_is_read(string request, int status)
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0");

        string answer = await edge.ExchangeAsync(request + Smuggled);

        AssertOneAnswer(answer, status);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Is_refused_byte_by_byte_too(string request, int status)
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0");
        await using RawClient client = await edge.ConnectAsync();

        Task sent = client.SendBytewiseAsync(request + Smuggled);
        string answer = await client.ReadToEndAsync();
        await sent.ContinueWith(_ => { }, TaskScheduler.Default); // The server may close before the last byte is out.

        AssertOneAnswer(answer, status);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Is_refused_inside_tls_and_behind_a_good_request(string request, int status)
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 ssl http2");
        await using RawClient client = await edge.ConnectTlsAsync("a", SslApplicationProtocol.Http11);

        await client.SendAsync("POST /good HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody" + request + Smuggled);
        string good = await client.ReadUntilAsync("secure=True");
        string rest = await client.ReadToEndAsync();

        Assert.Contains("path=/good query= body=4", good, StringComparison.Ordinal);
        AssertOneAnswer(rest[rest.IndexOf("HTTP/1.1 ", StringComparison.Ordinal)..], status);
    }

    public static TheoryData<string> BadChunks => new()
    {
        "5 \r\nhello\r\n0\r\n\r\n",
        "5\nhello\r\n0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n",
        "5\r\nhelloX\r\n0\r\n\r\n",
        "5;a\nb\r\nhello\r\n0\r\n\r\n",
        "5;a\u0001\r\nhello\r\n0\r\n\r\n",
        "5;a\rb\r\nhello\r\n0\r\n\r\n",
        "5;" + new string('a', 300) + "\r\nhello\r\n0\r\n\r\n",
        "+5\r\nhello\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n",
        "\r\nhello\r\n0\r\n\r\n",
        "FFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n",
        "0\r\nX: y\n\r\n",
        "0\r\nX: " + new string('a', 9000) + "\r\n\r\n",
        string.Concat(Enumerable.Repeat("1;" + new string('a', 200) + "\r\nx\r\n", 100)) + "0\r\n\r\n",
    };

    [Theory]
    [MemberData(nameof(BadChunks))]
    public async Task A_malformed_or_padded_chunked_body_ends_the_connection(string body)
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0");

        string answer = await edge.ExchangeAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body + Smuggled);

        Assert.DoesNotContain("smuggled", answer, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Accepted => new()
    {
        { "GET /a HTTP/1.1\r\nHost: h.test:81\r\n\r\n", "GET host=h.test port=81 path=/a query= body=0" },
        { "GET /a? HTTP/1.1\r\nHost: [::1]\r\n\r\n", "GET host=[::1] port={0} path=/a query=? body=0" },
        { "GET http://h.test/p?q HTTP/1.1\r\nHost: h.test\r\n\r\n", "host=h.test port={0} path=/p query=?q" },
        { "GET http://h.test HTTP/1.1\r\nHost: h.test\r\n\r\n", "host=h.test port={0} path=/ query= " },
        { "\r\nGET /after-empty-line HTTP/1.1\r\nHost: a\r\n\r\n", "path=/after-empty-line" },
        { "POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: CHUNKED\r\n\r\n5\r\nhello\r\na;x=\"y\"\r\n0123456789\r\n0\r\n\r\n", "body=15" },
        { "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Trailer: y\r\n\r\n", "body=5" },
        { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 005 \r\n\r\nhello", "body=5" },
        { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "body=0" },
        { "PURGE / HTTP/1.1\r\nHost: a\r\n\r\n", "PURGE host=a" },
    };

    [Theory]
    [MemberData(nameof(Accepted))]
    public async Task Well_formed_requests_follow_each_other_however_they_are_split(string request, string expected)
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0");
        expected = string.Format(System.Globalization.CultureInfo.InvariantCulture, expected, edge.Port);
        await using RawClient client = await edge.ConnectAsync();

        await client.SendAsync(request + request + request);
        await client.SendBytewiseAsync(request);
        for (int i = 0; i < 4; i++)
        {
            Assert.Contains(expected, await client.ReadUntilAsync("secure=False"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Http10_without_host_is_served_once()
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0");

        string answer = await edge.ExchangeAsync("GET / HTTP/1.0\r\n\r\n");

        Assert.Contains("HTTP/1.0 GET host= port=", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_and_request_line_have_limits()
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0");

        Assert.StartsWith("HTTP/1.1 414", await edge.ExchangeAsync($"GET /{new string('a', 9000)} HTTP/1.1\r\nHost: a\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 431", await edge.ExchangeAsync($"GET / HTTP/1.1\r\nHost: a\r\nX: {new string('a', 40000)}\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 431", await edge.ExchangeAsync($"GET / HTTP/1.1\r\nHost: a\r\n{string.Concat(Enumerable.Repeat("X: y\r\n", 120))}\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_value_passes_as_the_bytes_it_is()
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0", (http, _) =>
        {
            http.Response.Headers["X-Back"] = http.Request.Headers["X-There"];
            return Task.CompletedTask;
        });

        string answer = await edge.ExchangeAsync("GET / HTTP/1.1\r\nHost: a\r\nX-There: caf\u00c3\u00a9\r\nConnection: close\r\n\r\n");

        Assert.Contains("X-Back: caf\u00c3\u00a9\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_http2_preface_on_an_http1_port_is_answered_and_closed()
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0");

        string answer = await edge.ExchangeAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

        Assert.DoesNotContain("200", answer, StringComparison.Ordinal);
    }

    private static void AssertOneAnswer(string answer, int status)
    {
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
        Assert.Equal(1, answer.Split("HTTP/1.1 ").Length - 1);
        Assert.DoesNotContain("smuggled", answer, StringComparison.Ordinal);
    }
}
