using Mesh.Abstractions.Entities;
using Mesh.Edge.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Tests.Plugins.RateLimiting;

public sealed class RateLimitingPluginTests
{
    private static readonly Guid PluginId = Guid.Parse("00000000-0000-0000-0000-0000000000f1");
    private readonly PluginBench bench = new();

    [Fact]
    public async Task Requests_beyond_the_limit_are_refused_until_the_window_is_over()
    {
        Configure("""{"minute":2}""");
        AssertHeaders(await bench.Send(), 200, limit: "2", remaining: "1", reset: "30", retryAfter: null);
        AssertHeaders(await bench.Send(), 200, limit: "2", remaining: "0", reset: "30", retryAfter: null);
        Exchange refused = await bench.Send();
        AssertHeaders(refused, 429, limit: "2", remaining: "0", reset: "30", retryAfter: "30");
        Assert.Equal("API rate limit exceeded", PluginBench.Message(refused));
        Assert.Equal("2", refused.Http.Response.Headers["X-RateLimit-Limit-Minute"]);
        Assert.Equal("0", refused.Http.Response.Headers["X-RateLimit-Remaining-Minute"]);
        Assert.Equal(2, bench.Forwarded.Count);

        bench.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(429, await Status());
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        AssertHeaders(await bench.Send(), 200, limit: "2", remaining: "1", reset: "60", retryAfter: null);
    }

    [Theory]
    [InlineData("second", "2026-03-01T10:20:30.5Z", "2026-03-01T10:20:31Z", 1)]
    [InlineData("minute", "2026-03-01T10:20:30Z", "2026-03-01T10:21:00Z", 30)]
    [InlineData("hour", "2026-03-01T10:20:00Z", "2026-03-01T11:00:00Z", 2_400)]
    [InlineData("day", "2026-03-01T23:00:00Z", "2026-03-02T00:00:00Z", 3_600)]
    [InlineData("month", "2026-12-31T23:59:00Z", "2027-01-01T00:00:00Z", 60)]
    [InlineData("month", "2028-02-28T00:00:00Z", "2028-03-01T00:00:00Z", 172_800)]
    [InlineData("year", "2028-12-31T00:00:00Z", "2029-01-01T00:00:00Z", 86_400)]
    public async Task Windows_follow_the_calendar(string period, string now, string next, int reset)
    {
        bench.Time.SetUtcNow(DateTimeOffset.Parse(now));
        Configure($$"""{"{{period}}":1}""");
        Exchange first = await bench.Send();
        Assert.Equal(reset.ToString(), first.Http.Response.Headers["RateLimit-Reset"]);
        Assert.Equal(429, await Status());
        bench.Time.SetUtcNow(DateTimeOffset.Parse(next).AddTicks(-1));
        Assert.Equal(429, await Status());
        bench.Time.SetUtcNow(DateTimeOffset.Parse(next));
        Assert.Equal(200, await Status());
    }

    [Fact]
    public async Task What_one_limit_refuses_does_not_count_against_another()
    {
        Configure("""{"second":1,"minute":3}""");
        bench.Time.SetUtcNow(DateTimeOffset.Parse("2026-03-01T10:20:00Z"));
        Assert.Equal(200, await Status());
        Exchange refused = await bench.Send();
        Assert.Equal("0", refused.Http.Response.Headers["X-RateLimit-Remaining-Second"]);
        Assert.Equal("2", refused.Http.Response.Headers["X-RateLimit-Remaining-Minute"]);
        Assert.Equal("1", refused.Http.Response.Headers["RateLimit-Limit"]);
        Assert.Equal("1", refused.Http.Response.Headers.RetryAfter);
        for (int i = 0; i < 2; i++)
        {
            bench.Time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(200, await Status());
        }

        // The minute is used up; the refusals of the second that follow take nothing from that second.
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        Exchange byMinute = await bench.Send();
        Assert.Equal(429, byMinute.Http.Response.StatusCode);
        Assert.Equal("1", byMinute.Http.Response.Headers["X-RateLimit-Remaining-Second"]);
        Assert.Equal("57", byMinute.Http.Response.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_clock_set_back_shuts_nobody_out()
    {
        Configure("""{"second":1}""");
        DateTimeOffset now = bench.Time.GetUtcNow();
        Assert.Equal(200, await Status());

        // The clock of the test goes forward only: the window of an hour later stands for one counted before the jump back.
        bench.Time.SetUtcNow(now.AddHours(1));
        Assert.Equal(200, await Status());
        var earlier = new Edge.Plugins.RateLimiting.WindowCounters();
        uint window = 5_000;
        Assert.True(earlier.TryTake(Edge.Plugins.RateLimiting.LimitPeriod.Second, ref window, 1, out _));
        window = 1_400;
        Assert.True(earlier.TryTake(Edge.Plugins.RateLimiting.LimitPeriod.Second, ref window, 1, out _));
        Assert.False(earlier.TryTake(Edge.Plugins.RateLimiting.LimitPeriod.Second, ref window, 1, out _));

        // A reading that is one window behind another core's counts in the newer window.
        window = 1_399;
        Assert.False(earlier.TryTake(Edge.Plugins.RateLimiting.LimitPeriod.Second, ref window, 1, out _));
        Assert.Equal(1_400u, window);
    }

    [Theory]
    [InlineData("ip")]
    [InlineData("consumer")]
    [InlineData("credential")]
    [InlineData("service")]
    [InlineData("header")]
    [InlineData("path")]
    public async Task Each_caller_has_its_own_count(string limitBy)
    {
        Configure($$"""{"minute":1,"limit_by":"{{limitBy}}","header_name":"X-Tenant","path":"/a"}""");
        var consumer = new Consumer { Id = Guid.NewGuid() };
        Guid credential = Guid.NewGuid();
        Route otherService = PluginBench.Route with { Service = new EntityRef(Guid.NewGuid()) };

        Assert.Equal(200, (await Send(consumer, credential, "192.0.2.1", "one", "/a", PluginBench.Route)));

        // Everything but what is limited by is another.
        Assert.Equal(429, limitBy switch
        {
            "ip" => await Send(new Consumer { Id = Guid.NewGuid() }, Guid.NewGuid(), "::ffff:192.0.2.1", "two", "/b", otherService),
            "consumer" => await Send(consumer, Guid.NewGuid(), "192.0.2.2", "two", "/b", otherService),
            "credential" => await Send(new Consumer { Id = Guid.NewGuid() }, credential, "192.0.2.2", "two", "/b", otherService),
            "service" => await Send(new Consumer { Id = Guid.NewGuid() }, Guid.NewGuid(), "192.0.2.2", "two", "/b", PluginBench.Route),
            "header" => await Send(new Consumer { Id = Guid.NewGuid() }, Guid.NewGuid(), "192.0.2.2", "one", "/b", otherService),
            _ => await Send(new Consumer { Id = Guid.NewGuid() }, Guid.NewGuid(), "192.0.2.2", "two", "/a", otherService),
        });

        Assert.Equal(200, await Send(new Consumer { Id = Guid.NewGuid() }, Guid.NewGuid(), "192.0.2.2", "two", "/b", otherService));
    }

    [Fact]
    public async Task Without_what_it_is_limited_by_a_request_counts_for_its_address()
    {
        Configure("""{"minute":1,"limit_by":"header","header_name":"X-Tenant"}""");
        Assert.Equal(200, await Status());
        Assert.Equal(429, await Status());
        Assert.Equal(200, (await bench.Send(address: "2001:db8::1")).Http.Response.StatusCode);
    }

    [Fact]
    public async Task Headers_can_be_hidden_and_the_refusal_be_worded()
    {
        Configure("""{"minute":1,"hide_client_headers":true,"error_code":503,"error_message":"later"}""");
        Exchange first = await bench.Send();
        Exchange refused = await bench.Send();
        Assert.Equal(503, refused.Http.Response.StatusCode);
        Assert.Equal("later", PluginBench.Message(refused));
        foreach (Exchange exchange in new[] { first, refused })
        {
            Assert.DoesNotContain(exchange.Http.Response.Headers, header => header.Key.Contains("RateLimit") || header.Key == "Retry-After");
        }
    }

    [Fact]
    public async Task Counts_outlive_a_change_of_the_settings()
    {
        Configure("""{"minute":5}""");
        await bench.Send();
        await bench.Send();
        Configure("""{"minute":3,"hour":10}""");
        Exchange exchange = await bench.Send();
        Assert.Equal("0", exchange.Http.Response.Headers["X-RateLimit-Remaining-Minute"]);
        Assert.Equal("9", exchange.Http.Response.Headers["X-RateLimit-Remaining-Hour"]);
        Assert.Equal(429, await Status());
    }

    [Theory]
    [InlineData("cluster")]
    [InlineData("redis")]
    public async Task A_policy_that_is_not_served_is_reported_and_not_passed_over(string policy)
    {
        Configure($$"""{"minute":5,"policy":"{{policy}}"}""");
        Assert.Equal($"policy '{policy}' is not served by this edge, only 'local' is", Assert.Single(bench.Problems).Reason);
        Assert.Equal(500, await Status());
    }

    [Fact]
    public async Task Under_parallel_load_exactly_the_limit_is_let_through()
    {
        const int Limit = 2_000;
        bench.Time.SetUtcNow(DateTimeOffset.Parse("2026-03-01T10:20:00Z"));
        Configure($$"""{"minute":{{Limit}},"hour":{{Limit + 500}},"hide_client_headers":true}""");
        RequestStep chain = bench.Snapshot.Plugins.ChainFor(PluginBench.Route.Id, PluginBench.AnyService);
        Exchange[] exchanges = [.. Enumerable.Range(0, 4 * Limit).Select(i => bench.Exchange(address: i % 2 == 0 ? "192.0.2.1" : "192.0.2.2"))];
        await Parallel.ForEachAsync(exchanges, new ParallelOptions { MaxDegreeOfParallelism = 8 }, (exchange, _) => chain(exchange));
        Assert.Equal(2 * Limit, bench.Forwarded.Count);
        Assert.Equal(2 * Limit, exchanges.Count(exchange => exchange.Http.Response.StatusCode == 429));

        // The hour has 500 left: what the minute refused took nothing of it.
        bench.Time.Advance(TimeSpan.FromMinutes(1));
        bench.Forwarded.Clear();
        foreach (Exchange exchange in Enumerable.Range(0, 600).Select(_ => bench.Exchange()))
        {
            await chain(exchange);
        }

        Assert.Equal(500, bench.Forwarded.Count);
    }

    private async Task<int> Send(Consumer consumer, Guid credential, string address, string tenant, string path, Route route)
    {
        Exchange exchange = bench.Exchange(
            request =>
            {
                request.Headers["X-Tenant"] = tenant;
                request.Path = path;
            },
            route,
            address: address);
        (exchange.Consumer, exchange.Credential) = (consumer, credential);
        await PluginBench.Run(exchange);
        return exchange.Http.Response.StatusCode;
    }

    private async Task<int> Status() => (await bench.Send()).Http.Response.StatusCode;

    private void Configure(string config) => bench.Put(PluginBench.Plugin("rate-limiting", config, PluginId));

    private static void AssertHeaders(Exchange exchange, int status, string limit, string remaining, string reset, string? retryAfter)
    {
        IHeaderDictionary headers = exchange.Http.Response.Headers;
        Assert.Equal(status, exchange.Http.Response.StatusCode);
        Assert.Equal(limit, headers["RateLimit-Limit"]);
        Assert.Equal(remaining, headers["RateLimit-Remaining"]);
        Assert.Equal(reset, headers["RateLimit-Reset"]);
        Assert.Equal(retryAfter, (string?)headers.RetryAfter);
    }
}
