using System.Net;
using BenchmarkDotNet.Attributes;
using Mesh.Benchmarks.Configuration;
using Mesh.Edge.Configuration;
using Mesh.Edge.Forwarding;
using Mesh.Edge.Forwarding.Http1.Head;
using Mesh.Edge.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Mesh.Benchmarks.Forwarding;

/// <summary>The header fields of a browser's request and of its answer, copied and completed.</summary>
[MemoryDiagnoser]
public class HeaderBenchmark : IDisposable
{
    private static readonly (string Name, string Value)[] Sent =
    [
        ("Host", "h0.test"), ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64)"), ("Accept", "text/html,application/xhtml+xml"),
        ("Accept-Language", "en"), ("Accept-Encoding", "gzip, br"), ("Cookie", "session=0123456789abcdef"), ("Cache-Control", "no-cache"), ("Connection", "keep-alive"),
    ];

    private readonly RequestHead head = new();
    private readonly ResponseHead response = new();
    private Exchange exchange = null!;
    private HttpResponseMessage answer = null!;

    [GlobalSetup]
    public void Build()
    {
        exchange = Exchanges.Create(Documents.Compile(Documents.Compiler(), Documents.ServiceDocument(), Documents.Route(0)));
        foreach ((string name, string value) in Sent)
        {
            exchange.Http.Request.Headers[name] = value;
        }

        answer = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent([]) };
        answer.Headers.TryAddWithoutValidation("Server", "bench");
        answer.Headers.TryAddWithoutValidation("Date", "Sun, 06 Nov 1994 08:49:37 GMT");
        answer.Headers.TryAddWithoutValidation("Connection", "keep-alive");
        answer.Headers.TryAddWithoutValidation("ETag", "\"0123456789\"");
        answer.Content.Headers.TryAddWithoutValidation("Content-Type", "text/html; charset=utf-8");
        answer.Content.Headers.TryAddWithoutValidation("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT");
    }

    private static ReadOnlySpan<byte> Response =>
        "HTTP/1.1 200 OK\r\nServer: bench\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nConnection: keep-alive\r\nETag: \"0123456789\"\r\nContent-Type: text/html; charset=utf-8\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 0\r\n\r\n"u8;

    [GlobalCleanup]
    public void Dispose()
    {
        answer.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public int Request()
    {
        head.Begin("GET", "/", "");
        RequestHeaders.Write(exchange, new WireHeaders(head), "127.0.0.1");
        head.End();
        return head.Bytes.Length;
    }

    [Benchmark]
    public object RequestForTheLibrary()
    {
        var message = new HttpRequestMessage();
        RequestHeaders.Write(exchange, new MessageHeaders(message), "127.0.0.1");
        return message;
    }

    [Benchmark]
    public IHeaderDictionary Answer()
    {
        exchange.Http.Response.Headers.Clear();
        response.Reset();
        response.Read(Response, toHead: false, out _);
        ResponseHeaders.Write(exchange, response);
        return exchange.Http.Response.Headers;
    }

    [Benchmark]
    public IHeaderDictionary AnswerOfTheLibrary()
    {
        exchange.Http.Response.Headers.Clear();
        ResponseHeaders.Write(exchange, answer);
        return exchange.Http.Response.Headers;
    }
}
