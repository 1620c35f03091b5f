namespace Mesh.Silo.Tests.Admin.Access;

/// <summary>What browsers are told and may do where tokens are asked for.</summary>
public class BrowserTests
{
    [Fact]
    public async Task A_page_that_may_asks_first_and_then_shows_its_token()
    {
        await using GuardedAdmin admin = await GuardedAdmin.Start();
        (string, string) origin = ("Origin", AdminHost.GuiOrigin);
        Reply preflight = (await admin.Send("OPTIONS", "/services", null, null, origin, ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "content-type,kong-admin-token"))).Expect(204);
        Assert.Equal((AdminHost.GuiOrigin, "content-type,kong-admin-token"), (preflight.Header("Access-Control-Allow-Origin"), preflight.Header("Access-Control-Allow-Headers")));
        (await admin.Send("POST", "/services", null, """{"host":"a.test"}""", origin, ("Kong-Admin-Token", GuardedAdmin.AdminToken))).Expect(201);

        // The page can read that it is not let in.
        Assert.Equal(AdminHost.GuiOrigin, (await admin.Send("GET", "/services", null, null, origin)).Expect(401).Header("Access-Control-Allow-Origin"));
        Assert.Null((await admin.Send("GET", "/services", GuardedAdmin.AdminToken, null, ("Origin", "https://attacker.example"))).Expect(200).Header("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_bearer_may_use_any_host_name_and_who_has_none_is_not_told_more()
    {
        await using GuardedAdmin admin = await GuardedAdmin.Start();
        (await admin.Send("GET", "/services", GuardedAdmin.AdminToken, null, ("Host", "mesh.azurecontainerapps.example"))).Expect(200);
        (await admin.Send("GET", "/services", null, null, ("Host", "attacker.example"))).Expect(401);
        await admin.Restart(settings => settings);
        (await admin.Send("GET", "/services", null, null, ("Host", "attacker.example"))).Expect(403);
        (await admin.Send("OPTIONS", "/services", null, null, ("Host", "attacker.example"))).Expect(403);
    }

    [Theory]
    [InlineData("/services", "no-store", "default-src 'none'; frame-ancestors 'none'")]
    [InlineData("/nothing", "no-store", "default-src 'none'; frame-ancestors 'none'")]
    [InlineData("/docs", "no-cache", null)]
    public async Task Every_answer_tells_browsers_to_keep_it_to_themselves(string path, string cache, string? policy)
    {
        await using GuardedAdmin admin = await GuardedAdmin.Start();
        foreach (string? token in new[] { GuardedAdmin.AdminToken, null })
        {
            Reply reply = await admin.Send("GET", path, token);
            Assert.Equal(
                ("nosniff", "DENY", "no-referrer", "same-site"),
                (reply.Header("X-Content-Type-Options"), reply.Header("X-Frame-Options"), reply.Header("Referrer-Policy"), reply.Header("Cross-Origin-Resource-Policy")));
            Assert.Null(reply.Header("Set-Cookie"));
            if (token is not null)
            {
                Assert.Equal(cache, reply.Header("Cache-Control"));
                Assert.True(policy is null || reply.Header("Content-Security-Policy") == policy);
            }
        }
    }
}
