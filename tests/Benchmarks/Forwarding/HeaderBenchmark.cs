using System.Net;
using BenchmarkDotNet.Attributes;
using Mesh.Benchmarks.Configuration;
using Mesh.Edge.Configuration;
using Mesh.Edge.Forwarding;
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

    [GlobalCleanup]
    public void Dispose()
    {
        answer.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public object Request()
    {
        var message = new HttpRequestMessage();
        RequestHeaders.Write(exchange, message, "127.0.0.1");
        return message;
    }

    [Benchmark]
    public IHeaderDictionary Answer()
    {
        exchange.Http.Response.Headers.Clear();
        ResponseHeaders.Write(exchange, answer);
        return exchange.Http.Response.Headers;
    }
}
