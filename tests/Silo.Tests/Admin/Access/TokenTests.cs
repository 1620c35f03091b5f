using System.Text;
using Mesh.Abstractions.Access;
using Mesh.Abstractions.Grains;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Silo.Tests.Admin.Access;

public class TokenTests
{
    [Fact]
    public async Task A_token_is_shown_once_kept_as_a_hash_and_good_until_it_is_revoked()
    {
        await using GuardedAdmin admin = await GuardedAdmin.Start();
        Reply made = (await admin.Send("POST", "/access/tokens", GuardedAdmin.AdminToken, """{"name":"ci","role":"operator"}""")).Expect(201);
        string token = made.String("token")!;
        Assert.Matches("^mesh_[A-Za-z0-9_-]{43}$", token);
        Assert.Equal("no-store", made.Header("Cache-Control"));
        Assert.Equal(("admin", null), (made.String("created_by"), made.String("expires_at")));

        (await admin.Send("PUT", "/services/a", token, """{"host":"a.test"}""")).Expect(200);
        (await admin.Client.Send(HttpMethod.Get, "/services/a", headers: ("Kong-Admin-Token", token))).Expect(200);
        Reply listed = (await admin.Send("GET", "/access/tokens", GuardedAdmin.AdminToken)).Expect(200);
        Assert.DoesNotContain(token, listed.Text, StringComparison.Ordinal);
        Assert.NotNull(listed.Json.GetProperty("data")[0].GetProperty("last_used_at").GetString());
        AccessToken stored = Assert.Single(await admin.Host.Grains.GetGrain<IAccessGrain>(IAccessGrain.Key).List());
        Assert.Equal(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(token)), stored.Hash);

        Reply commits = (await admin.Send("GET", "/commits", GuardedAdmin.AdminToken)).Expect(200);
        Assert.Equal("""{"name":"ci","address":"127.0.0.1","credential":"token ci"}""", commits.Json.GetProperty("data")[0].GetProperty("author").GetRawText());
        Reply history = (await admin.Send("GET", "/services/a/history", GuardedAdmin.AdminToken)).Expect(200);
        Assert.Equal("ci", history.Json.GetProperty("data")[0].GetProperty("author").GetProperty("name").GetString());

        // In neither the configuration that edges get nor a dump.
        Assert.DoesNotContain("ci", (await admin.Send("GET", "/config?secrets=1", GuardedAdmin.AdminToken)).Expect(200).Text, StringComparison.Ordinal);

        (await admin.Send("DELETE", "/access/tokens/ci", GuardedAdmin.AdminToken)).Expect(204);
        (await admin.Send("GET", "/services/a", token)).Expect(401);
        (await admin.Send("DELETE", "/access/tokens/ci", GuardedAdmin.AdminToken)).Expect(404);
    }

    [Fact]
    public async Task Tokens_outlive_the_silo_and_its_store_holds_none_of_their_text()
    {
        await using GuardedAdmin admin = await GuardedAdmin.Start();
        string token = await admin.Token("lasting", AccessRole.Viewer);
        await admin.Restart();
        Assert.Equal("viewer", (await admin.Send("GET", "/access/self", token)).Expect(200).String("role"));
    }

    [Fact]
    public async Task A_token_expires()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using GuardedAdmin admin = await GuardedAdmin.Start(time: time);
        string token = await admin.Token("brief", AccessRole.Viewer, ""","ttl":60""");
        (await admin.Send("GET", "/access/self", token)).Expect(200);
        time.Advance(TimeSpan.FromSeconds(60));
        (await admin.Send("GET", "/access/self", token)).Expect(401);
        Assert.NotNull((await admin.Send("GET", "/access/tokens/brief", GuardedAdmin.AdminToken)).Expect(200).String("expires_at"));
    }

    [Theory]
    [InlineData("""{"role":"viewer"}""", 400, "name: required field missing")]
    [InlineData("""{"name":"x"}""", 400, "role: required field missing")]
    [InlineData("""{"name":"x","role":"root"}""", 400, "role: expected one of: admin, operator, viewer, edge")]
    [InlineData("""{"name":"admin","role":"viewer"}""", 400, "name")]
    [InlineData("""{"name":"a b","role":"viewer"}""", 400, "name")]
    [InlineData("""{"name":"00000000-0000-0000-0000-000000000001","role":"viewer"}""", 400, "must not look like an id")]
    [InlineData("""{"name":"x","role":"viewer","ttl":0}""", 400, "ttl")]
    [InlineData("""{"name":"x","role":"viewer","hash":"y"}""", 400, "hash: unknown field")]
    [InlineData("""[]""", 400, "JSON")]
    [InlineData("""{"name":"taken","role":"viewer"}""", 409, "UNIQUE violation")]
    public async Task A_request_for_a_token_is_checked(string body, int status, string message)
    {
        await using GuardedAdmin admin = await GuardedAdmin.Start();
        await admin.Token("taken", AccessRole.Viewer);
        Assert.Contains(message, (await admin.Send("POST", "/access/tokens", GuardedAdmin.AdminToken, body)).Expect(status).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_answer_tells_whether_a_token_exists()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using GuardedAdmin admin = await GuardedAdmin.Start(time: time);
        string expired = await admin.Token("expired", AccessRole.Admin, ""","ttl":1""");
        string revoked = await admin.Token("revoked", AccessRole.Admin);
        (await admin.Send("DELETE", "/access/tokens/revoked", GuardedAdmin.AdminToken)).Expect(204);
        time.Advance(TimeSpan.FromSeconds(2));
        string[] answers =
        [
            .. await Task.WhenAll(new[] { expired, revoked, "mesh_nothing", "other", "a.b.c", null }.Select(async token =>
            {
                Reply reply = (await admin.Send("GET", "/services", token)).Expect(401);
                return $"{reply.Text} {reply.Header("WWW-Authenticate")} {reply.Header("X-Mesh-Revision")}";
            })),
        ];
        Assert.Single(answers.Distinct());
        Assert.Contains("""{"message":"Unauthorized"}""", answers[0], StringComparison.Ordinal);
        (await admin.Send("GET", "/no/such/path", null)).Expect(401);
    }

    [Fact]
    public async Task A_wrong_token_does_not_fall_back_to_the_trust_in_loopback()
    {
        await using GuardedAdmin admin = await GuardedAdmin.Start(settings => settings);
        (await admin.Send("GET", "/services", null)).Expect(200);
        (await admin.Send("GET", "/services", "mesh_revoked")).Expect(401);
        Reply made = (await admin.Send("POST", "/access/tokens", null, """{"name":"first","role":"viewer"}""")).Expect(201);
        Assert.Equal("anonymous", made.String("created_by"));
        (await admin.Send("DELETE", "/services/x", made.String("token"))).Expect(403);
    }

    [Fact]
    public async Task Failures_slow_down_their_own_address_but_lock_nobody_out()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using GuardedAdmin admin = await GuardedAdmin.Start(time: time);
        for (int i = 0; i < 10; i++)
        {
            (await admin.Send("GET", "/services", $"mesh_{i}")).Expect(401);
        }

        Reply refused = (await admin.Send("GET", "/services", "mesh_x")).Expect(429);
        Assert.Equal("60", refused.Header("Retry-After"));
        (await admin.Send("GET", "/services", GuardedAdmin.AdminToken)).Expect(200);
        for (int i = 0; i < 20; i++)
        {
            (await admin.Send("GET", "/services", $"mesh_{i}")).Expect(429);
        }

        Assert.Equal(11, (await admin.Send("GET", "/audit?kind=denied", GuardedAdmin.AdminToken)).Json.GetProperty("data").GetArrayLength());
        time.Advance(TimeSpan.FromMinutes(1));
        (await admin.Send("GET", "/services", "mesh_x")).Expect(401);
    }
}
