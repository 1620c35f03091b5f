using System.Net;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Tests.Pipeline;

namespace Mesh.Edge.Tests.Forwarding;

public abstract class RetryTests(bool own) : BothWays(own)
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Tries_another_target_when_one_refuses_the_connection(string method)
    {
        await using RawUpstream good = RawUpstream.Answering(Ok);
        await using TestGateway gateway = await OverAsync(5, RawUpstream.ClosedPort(), good.Port);
        using HttpClient http = gateway.Http();

        for (int i = 0; i < 4; i++)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), "/") { Content = method == "POST" ? new StringContent("body") : null };
            using HttpResponseMessage answer = await http.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Equal(4, good.Heads.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Gives_up_after_the_configured_retries(int retries)
    {
        int tries = 0;
        await using RawUpstream broken = Broken(() => Interlocked.Increment(ref tries));
        await using TestGateway gateway = await InFrontOfAsync(broken.Port, service => service with { Retries = retries });

        string answer = await gateway.GetAsync("/");

        Assert.StartsWith("HTTP/1.1 502 Bad Gateway", answer, StringComparison.Ordinal);
        Assert.Contains("An invalid response was received from the upstream server", answer, StringComparison.Ordinal);
        Assert.Equal(retries + 1, tries);
    }

    [Fact]
    public async Task Sends_again_on_a_new_connection_when_a_kept_one_was_closed()
    {
        int requests = 0;
        await using RawUpstream forgetful = RawUpstream.Start(async connection =>
        {
            // Each connection serves one request and breaks on the second.
            await connection.ReadRequestAsync();
            Interlocked.Increment(ref requests);
            await connection.SendAsync(Ok);
            if (await connection.ReadRequestAsync() is not null)
            {
                connection.Reset();
            }
        });
        await using TestGateway gateway = await InFrontOfAsync(forgetful.Port, service => service with { Retries = 0 });
        using HttpClient http = gateway.Http();

        for (int i = 0; i < 5; i++)
        {
            Assert.Equal("ok", await http.GetStringAsync("/"));
        }

        Assert.Equal(5, requests);
    }

    [Theory]
    [InlineData("hi")]
    [InlineData("")]
    public async Task Does_not_send_a_request_twice_that_may_have_acted(string body)
    {
        int tries = 0;
        await using RawUpstream broken = Broken(() => Interlocked.Increment(ref tries));
        await using TestGateway gateway = await InFrontOfAsync(broken.Port);

        string answer = await gateway.ExchangeAsync($"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}");

        Assert.StartsWith("HTTP/1.1 502", answer, StringComparison.Ordinal);
        Assert.Equal(1, tries);
    }

    [Fact]
    public async Task Sends_a_short_body_again()
    {
        await using RawUpstream broken = Broken(() => { });
        List<string> got = [];
        await using RawUpstream good = RawUpstream.Start(async connection =>
        {
            while (await connection.ReadRequestAsync() is { } request)
            {
                got.Add(request);
                await connection.SendAsync(Ok);
            }
        });
        await using TestGateway gateway = await OverAsync(5, broken.Port, good.Port);
        using HttpClient http = gateway.Http();

        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage answer = await http.PutAsync("/", new StringContent("the body"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Equal(2, got.Count);
        Assert.All(got, request => Assert.EndsWith("\r\n\r\nthe body", request, StringComparison.Ordinal));
        Assert.NotEmpty(broken.Heads);
    }

    [Fact]
    public async Task Does_not_try_again_when_a_long_body_was_begun()
    {
        int tries = 0;
        await using RawUpstream broken = RawUpstream.Start(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.ReadBytesAsync(RequestBodyLimit + 1);
            tries++;
            connection.Reset();
        });
        await using TestGateway gateway = await InFrontOfAsync(broken.Port);
        using HttpClient http = gateway.Http();

        using HttpResponseMessage answer = await http.PutAsync("/", new ByteArrayContent(new byte[4 * RequestBodyLimit]));

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal(1, tries);
    }

    private const int RequestBodyLimit = Mesh.Edge.Forwarding.RequestBody.MaxReplayBytes;

    [Fact]
    public async Task Does_not_try_again_after_a_response_of_whatever_status()
    {
        await using RawUpstream failing = RawUpstream.Answering("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
        await using TestGateway gateway = await InFrontOfAsync(failing.Port);

        Assert.StartsWith("HTTP/1.1 503", await gateway.GetAsync("/"), StringComparison.Ordinal);
        Assert.Single(failing.Heads);
    }

    [Fact]
    public async Task Says_so_when_no_target_is_in_rotation()
    {
        await using TestGateway gateway = await StartAsync(
            Entities.Service(1, 80, "pool.test").Put(), Entities.Route(2, 1).Put(), Entities.Upstream(3, "pool.test").Put(),
            Entities.Target(4, 3, "127.0.0.1:1", weight: 0).Put());

        string answer = await gateway.GetAsync("/");

        Assert.StartsWith("HTTP/1.1 503", answer, StringComparison.Ordinal);
        Assert.Contains("failure to get a peer from the ring-balancer", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_so_when_the_name_does_not_resolve()
    {
        await using TestGateway gateway = await StartAsync(Entities.Service(1, 80, "nowhere.invalid").Put(), Entities.Route(2, 1).Put());

        string answer = await gateway.GetAsync("/");

        Assert.StartsWith("HTTP/1.1 503", answer, StringComparison.Ordinal);
        Assert.Contains("name resolution failed", answer, StringComparison.Ordinal);
    }

    /// <summary>Takes the whole request, then closes without an answer.</summary>
    private static RawUpstream Broken(Action onRequest) => RawUpstream.Start(async connection =>
    {
        if (await connection.ReadRequestAsync() is not null)
        {
            onRequest();
            connection.Reset();
        }
    });

    private Task<TestGateway> OverAsync(int retries, params int[] ports)
    {
        Service service = Entities.Service(1, 80, "pool.test") with { Retries = retries };
        return StartAsync([
            service.Put(), Entities.Route(2, 1).Put(), Entities.Upstream(3, "pool.test").Put(),
            .. ports.Select((port, i) => Entities.Target(10 + i, 3, $"127.0.0.1:{port}").Put()),
        ]);
    }

    public sealed class OnOwnConnections() : RetryTests(true);

    public sealed class ThroughTheLibrary() : RetryTests(false);
}
