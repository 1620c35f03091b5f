using System.Net;
using System.Text;

namespace Mesh.Edge.Tests.Plugins.RealSockets;

public sealed class PluginsTogetherTests
{
    private static readonly (string Name, string Config)[] Everything =
    [
        ("cors", """{"origins":["https://app.test"],"credentials":true}"""),
        ("key-auth", """{"anonymous":"stranger","hide_credentials":true}"""),
        ("basic-auth", """{"anonymous":"stranger","hide_credentials":true}"""),
        ("acl", """{"allow":["staff"]}"""),
        ("rate-limiting", """{"hour":2}"""),
        ("request-transformer", """{"add":{"headers":["x-who:$(headers['x-consumer-username'])"]}}"""),
    ];

    [Theory]
    [InlineData("1.1", "apikey", GuardedApi.AliceKey)]
    [InlineData("2.0", "apikey", GuardedApi.AliceKey)]
    [InlineData("1.1", "Authorization", null)]
    [InlineData("2.0", "Authorization", null)]
    public async Task Either_credential_makes_the_caller_known_to_all_that_follow(string version, string header, string? value)
    {
        await using GuardedApi api = await GuardedApi.StartAsync(Everything);

        Reply reply = await api.SendAsync(version, GuardedApi.Request(
            "/a?b=c", (header, value ?? GuardedApi.AlicePassword), ("Origin", GuardedApi.Origin), ("X-Consumer-Username", "root"), ("X-Anonymous-Consumer", "true"), ("X-Consumer-Groups", "admins")));

        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal(("alice", "alice", "staff"), (reply.Seen("x-consumer-username"), reply.Seen("x-who"), reply.Seen("x-consumer-groups")));
        Assert.Equal((null, null, null), (reply.Seen("x-anonymous-consumer"), reply.Seen("apikey"), reply.Seen("authorization")));
        Assert.Equal("/a?b=c", reply.SeenTarget);
        Assert.Equal((GuardedApi.Origin, "true"), (reply["Access-Control-Allow-Origin"], reply["Access-Control-Allow-Credentials"]));
        Assert.Equal(("2", "1", "2", "1", "30"), (reply["X-RateLimit-Limit-Hour"], reply["X-RateLimit-Remaining-Hour"], reply["RateLimit-Limit"], reply["RateLimit-Remaining"], reply["RateLimit-Reset"]));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Who_is_nobody_is_stopped_by_groups_before_being_counted_and_the_page_may_read_why(string version)
    {
        await using GuardedApi api = await GuardedApi.StartAsync(Everything);

        foreach ((string, string)[] headers in new (string, string)[][] { [], [("apikey", "wrong")], [("Authorization", "Basic ???")], [("apikey", GuardedApi.BobKey)] })
        {
            Reply reply = await api.SendAsync(version, GuardedApi.Request("/", [.. headers, ("Origin", GuardedApi.Origin), ("X-Consumer-Groups", "staff")]));

            // Who is somebody but not of the group would get no further by authenticating.
            bool known = headers.Contains(("apikey", GuardedApi.BobKey));
            Assert.Equal(known ? (HttpStatusCode.Forbidden, "You cannot consume this service") : (HttpStatusCode.Unauthorized, "Unauthorized"), (reply.Status, reply.Message));
            Assert.Equal(GuardedApi.Origin, reply["Access-Control-Allow-Origin"]);
            Assert.Null(reply["RateLimit-Limit"]);
        }

        Assert.Equal(0, api.Upstream.Requests);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Preflights_need_no_credentials_and_cost_nothing(string version)
    {
        await using GuardedApi api = await GuardedApi.StartAsync(Everything);
        for (int i = 0; i < 3; i++)
        {
            HttpRequestMessage preflight = GuardedApi.Request("/", ("Origin", GuardedApi.Origin), ("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "apikey"));
            preflight.Method = HttpMethod.Options;
            Reply allowed = await api.SendAsync(version, preflight);

            Assert.Equal((HttpStatusCode.OK, ""), (allowed.Status, allowed.Body));
            Assert.Equal((GuardedApi.Origin, "apikey"), (allowed["Access-Control-Allow-Origin"], allowed["Access-Control-Allow-Headers"]));
            Assert.Null(allowed["RateLimit-Limit"]);
        }

        Assert.Equal(0, api.Upstream.Requests);
        Reply reply = await api.SendAsync(version, GuardedApi.Request("/", ("apikey", GuardedApi.AliceKey)));
        Assert.Equal("1", reply["RateLimit-Remaining"]);
    }

    [Fact]
    public async Task One_budget_holds_for_a_consumer_whatever_the_credential_and_the_protocol()
    {
        await using GuardedApi api = await GuardedApi.StartAsync(Everything);

        Reply first = await api.SendAsync("1.1", GuardedApi.Request("/", ("apikey", GuardedApi.AliceKey)));
        Reply second = await api.SendAsync("2.0", GuardedApi.Request("/", ("Authorization", GuardedApi.AlicePassword)));
        Reply third = await api.SendAsync("1.1", GuardedApi.Request("/", ("Authorization", GuardedApi.AlicePassword), ("Origin", GuardedApi.Origin)));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.Status, second.Status));
        Assert.Equal(("1", "0"), (first["RateLimit-Remaining"], second["RateLimit-Remaining"]));
        Assert.Equal((HttpStatusCode.TooManyRequests, "API rate limit exceeded"), (third.Status, third.Message));
        Assert.Equal(("30", "0", GuardedApi.Origin), (third["Retry-After"], third["X-RateLimit-Remaining-Hour"], third["Access-Control-Allow-Origin"]));
        Assert.Equal(2, api.Upstream.Requests);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Without_an_anonymous_consumer_every_authentication_must_be_satisfied(string version)
    {
        await using GuardedApi api = await GuardedApi.StartAsync(("cors", "{}"), ("key-auth", "{}"), ("basic-auth", "{}"), ("rate-limiting", """{"hour":1}"""));

        Reply neither = await api.SendAsync(version, GuardedApi.Request());
        Reply key = await api.SendAsync(version, GuardedApi.Request("/", ("apikey", GuardedApi.BobKey)));
        Reply both = await api.SendAsync(version, GuardedApi.Request("/", ("apikey", GuardedApi.BobKey), ("Authorization", GuardedApi.AlicePassword)));

        Assert.Equal((HttpStatusCode.Unauthorized, "No API key found in request", "Key"), (neither.Status, neither.Message, neither["WWW-Authenticate"]));
        Assert.Equal((HttpStatusCode.Unauthorized, "Unauthorized", "Basic realm=\"service\""), (key.Status, key.Message, key["WWW-Authenticate"]));
        Assert.Equal(("*", "*"), (neither["Access-Control-Allow-Origin"], key["Access-Control-Allow-Origin"]));
        Assert.Equal((HttpStatusCode.OK, "alice", "0"), (both.Status, both.Seen("x-consumer-username"), both["RateLimit-Remaining"]));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task An_anonymous_consumer_has_limits_of_its_own_and_may_be_turned_away(string version)
    {
        await using GuardedApi api = await GuardedApi.StartAsync(("key-auth", """{"anonymous":"stranger"}"""), ("rate-limiting", """{"hour":100}"""));
        api.Gateway.Apply(Logging.LogBench.Plugin(60, "rate-limiting", """{"hour":1,"error_code":503,"error_message":"Sign in for more"}""", consumer: GuardedApi.Stranger));

        Reply first = await api.SendAsync(version, GuardedApi.Request());
        Reply second = await api.SendAsync(version, GuardedApi.Request());
        Reply known = await api.SendAsync(version, GuardedApi.Request("/", ("apikey", GuardedApi.BobKey)));

        Assert.Equal((HttpStatusCode.OK, "true", "stranger"), (first.Status, first.Seen("x-anonymous-consumer"), first.Seen("x-consumer-username")));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Sign in for more", "30"), (second.Status, second.Message, second["Retry-After"]));
        Assert.Equal((HttpStatusCode.OK, "99"), (known.Status, known["RateLimit-Remaining"]));

        api.Gateway.Apply(Logging.LogBench.Plugin(61, "request-termination", """{"status_code":401,"message":"Please sign in"}""", consumer: GuardedApi.Stranger));
        api.Gateway.Apply(Logging.LogBench.Plugin(60, "rate-limiting", """{"hour":50}""", consumer: GuardedApi.Stranger));
        Reply turnedAway = await api.SendAsync(version, GuardedApi.Request());
        Assert.Equal((HttpStatusCode.Unauthorized, "Please sign in"), (turnedAway.Status, turnedAway.Message));
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(version, GuardedApi.Request("/", ("apikey", GuardedApi.BobKey)))).Status);
    }

    [Theory]
    [InlineData("1.1", "100")]
    [InlineData("2.0", "101")]
    [InlineData("1.1", "200")]
    [InlineData("2.0", "204")]
    [InlineData("1.1", "399")]
    [InlineData("2.0", "600")]
    [InlineData("1.1", "1e12")]
    public async Task A_refusal_never_has_a_status_that_is_no_error(string version, string status)
    {
        await using GuardedApi limited = await GuardedApi.StartAsync(("rate-limiting", $$"""{"hour":1,"error_code":{{status}}}"""));
        await using GuardedApi restricted = await GuardedApi.StartAsync(("ip-restriction", $$"""{"deny":["127.0.0.1"],"status":{{status}}}"""));

        Assert.Equal(HttpStatusCode.OK, (await limited.SendAsync(version, GuardedApi.Request())).Status);
        foreach (Reply reply in new[] { await limited.SendAsync(version, GuardedApi.Request()), await restricted.SendAsync(version, GuardedApi.Request()) })
        {
            Assert.Equal((HttpStatusCode.InternalServerError, "An unexpected error occurred"), (reply.Status, reply.Message));
        }
    }

    [Theory]
    [InlineData("1.1", false)]
    [InlineData("1.1", true)]
    [InlineData("2.0", false)]
    [InlineData("2.0", true)]
    public async Task A_key_in_a_body_is_taken_out_before_the_body_is_rewritten(string version, bool chunked)
    {
        await using GuardedApi api = await GuardedApi.StartAsync(
            ("key-auth", """{"key_in_body":true,"hide_credentials":true}"""), ("request-transformer", """{"add":{"body":["b:2"]}}"""));
        HttpRequestMessage request = GuardedApi.Request();
        request.Method = HttpMethod.Post;
        request.Content = new StringContent($"apikey={GuardedApi.AliceKey}&a=1", Encoding.ASCII, "application/x-www-form-urlencoded");
        request.Headers.TransferEncodingChunked = chunked && version == "1.1" ? true : null;
        if (chunked)
        {
            request.Content = new StreamContent(new UnknownLength(await request.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)))
            {
                Headers = { ContentType = request.Content.Headers.ContentType },
            };
        }

        Reply reply = await api.SendAsync(version, request);

        Assert.Equal((HttpStatusCode.OK, "alice"), (reply.Status, reply.Seen("x-consumer-username")));
        Assert.Equal(["a=1", "b=2"], reply.SeenBody!.Split('&').Order());
        Assert.Equal("7", reply.Seen("content-length"));
    }

    private sealed class UnknownLength(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
