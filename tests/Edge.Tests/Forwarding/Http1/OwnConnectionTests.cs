using System.Net;
using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tests.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mesh.Edge.Tests.Forwarding.Http1;

/// <summary>What only the way over our own connections has to get right: when a connection may be used again.</summary>
public sealed class OwnConnectionTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 1)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 1)]
    [InlineData("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 1)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", 3)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", 3)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n2\r\nok\r\n0\r\n\r\n", 3)]
    public async Task Uses_a_connection_again_only_when_the_response_left_no_doubt(string response, int connections)
    {
        await using RawUpstream upstream = RawUpstream.Answering(response);
        await using TestGateway gateway = await TestGateway.InFrontOfAsync(upstream.Port);
        using HttpClient http = gateway.Http();

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("ok", await http.GetStringAsync("/"));
        }

        Assert.Equal(connections, upstream.Connections);
    }

    [Fact]
    public async Task Drops_a_connection_that_speaks_while_nobody_asked()
    {
        var spoke = new TaskCompletionSource();
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            while (await connection.ReadRequestAsync() is not null)
            {
                await connection.SendAsync(Ok);
                if (!spoke.Task.IsCompleted)
                {
                    await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
                    spoke.SetResult();
                    await connection.WaitForCloseAsync();
                    return;
                }
            }
        });
        await using TestGateway gateway = await TestGateway.InFrontOfAsync(upstream.Port);
        using HttpClient http = gateway.Http();

        Assert.Equal("ok", await http.GetStringAsync("/"));
        await spoke.Task.WaitAsync(TestEdge.Guard);

        Assert.Equal("ok", await http.GetStringAsync("/"));
        Assert.Equal(2, upstream.Connections);
    }

    [Fact]
    public async Task Passes_on_an_answer_that_comes_before_the_body_is_sent()
    {
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 413 Payload Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\nbig");
            await connection.WaitForCloseAsync();
        });
        await using TestGateway gateway = await TestGateway.InFrontOfAsync(upstream.Port);
        await using RawClient client = await gateway.ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nonly this much");

        Assert.StartsWith("HTTP/1.1 413", await client.ReadUntilAsync("big"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Uses_both_connections_again_when_the_rest_of_the_body_follows_its_answer()
    {
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            while (await connection.ReadHeadAsync() is not null)
            {
                await connection.SendAsync(Ok);
                await connection.ReadBytesAsync(100_000);
            }
        });
        await using TestGateway gateway = await TestGateway.InFrontOfAsync(upstream.Port);
        await using RawClient client = await gateway.ConnectAsync();
        for (int i = 0; i < 3; i++)
        {
            await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + new string('x', 40_000));
            Assert.StartsWith("HTTP/1.1 200", await client.ReadUntilAsync("ok"), StringComparison.Ordinal);
            await client.SendAsync(new string('x', 60_000));
        }

        Assert.Equal(1, upstream.Connections);
    }

    [Fact]
    public async Task Ends_the_connection_of_a_client_that_keeps_the_rest_of_an_answered_body()
    {
        var time = new ManualTime();
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
            await connection.WaitForCloseAsync();
        });
        await using TestGateway gateway = await TestGateway.InFrontOfAsync(upstream.Port, time: time);
        await using RawClient client = await gateway.ConnectAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nonly this much");

        // The answer is whole before the rest of the request is.
        Assert.StartsWith("HTTP/1.1 200", await client.ReadUntilAsync("0\r\n\r\n"), StringComparison.Ordinal);
        Task end = client.ReadToEndAsync();
        await TestEdge.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return end.IsCompleted;
        });
    }

    [Fact]
    public async Task Passes_trailers_but_none_that_would_have_to_come_first()
    {
        await using RawUpstream upstream = RawUpstream.Answering(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 7\r\nContent-Length: 9\r\nSet-Cookie: a=b\r\n\r\n");
        await using TestGateway gateway = await TestGateway.InFrontOfAsync(upstream.Port);
        using HttpClient http = gateway.Http(HttpVersion.Version20);

        using HttpResponseMessage answer = await http.GetAsync("/");

        Assert.Equal("ok", await answer.Content.ReadAsStringAsync());
        Assert.Equal(["x-sum"], answer.TrailingHeaders.Select(header => header.Key));
    }

    [Fact]
    public async Task Takes_heads_up_to_its_bound_and_no_longer()
    {
        int padding = 60 * 1024;
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            while (await connection.ReadRequestAsync() is not null)
            {
                await connection.SendAsync($"HTTP/1.1 200 OK\r\nX-Long: {new string('x', padding)}\r\nContent-Length: 2\r\n\r\nok");
            }
        });
        await using TestGateway gateway = await TestGateway.InFrontOfAsync(upstream.Port);
        using HttpClient http = gateway.Http();

        Assert.Equal("ok", await http.GetStringAsync("/"));
        padding = 70 * 1024;

        using HttpResponseMessage answer = await http.GetAsync("/");
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
    }

    [Fact]
    public async Task Serves_many_clients_at_once_without_mixing_their_answers()
    {
        await using KestrelUpstream upstream = await KestrelUpstream.StartAsync(HttpProtocols.Http1, app => app.Run(http => http.Response.WriteAsync(http.Request.Path + new string('.', http.Request.Path.Value!.Length * 100))));
        await using TestGateway gateway = await TestGateway.InFrontOfAsync(upstream.Port);
        using HttpClient http = gateway.Http();

        await Parallel.ForEachAsync(Enumerable.Range(0, 2000), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, cancel) =>
            Assert.StartsWith($"/{i}.", await http.GetStringAsync($"/{i}", cancel), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sends_a_large_body_both_ways_unchanged()
    {
        await using KestrelUpstream upstream = await KestrelUpstream.StartAsync(HttpProtocols.Http1, app => app.Run(http => http.Request.Body.CopyToAsync(http.Response.Body)));
        await using TestGateway gateway = await TestGateway.InFrontOfAsync(upstream.Port);
        using HttpClient http = gateway.Http();
        byte[] sent = new byte[3_000_001];
        new Random(7).NextBytes(sent);

        using HttpResponseMessage counted = await http.PostAsync("/", new ByteArrayContent(sent));
        Assert.Equal(sent, await counted.Content.ReadAsByteArrayAsync());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StreamContent(new MemoryStream(sent)) };
        request.Headers.TransferEncodingChunked = true;
        using HttpResponseMessage chunked = await http.SendAsync(request);
        Assert.Equal(sent, await chunked.Content.ReadAsByteArrayAsync());
    }
}
