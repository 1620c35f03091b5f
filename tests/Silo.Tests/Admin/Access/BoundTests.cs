using Mesh.Abstractions.Access;

namespace Mesh.Silo.Tests.Admin.Access;

/// <summary>Tokens that are good for a workspace or for entities with certain tags only.</summary>
public class BoundTests
{
    [Fact]
    public async Task A_token_bound_to_a_workspace_opens_no_other_and_nothing_beside()
    {
        await using GuardedAdmin admin = await GuardedAdmin.Start();
        string here = await admin.Token("here", AccessRole.Admin, ""","workspace":"default" """);
        string elsewhere = await admin.Token("elsewhere", AccessRole.Admin, ""","workspace":"other" """);
        (await admin.Send("PUT", "/services/a", here, """{"host":"a.test"}""")).Expect(200);
        (await admin.Send("GET", "/default/services", here)).Expect(200);
        (await admin.Send("GET", "/edges", here)).Expect(200);
        (await admin.Send("DELETE", "/cache", here)).Expect(403);
        (await admin.Send("GET", "/access/tokens", here)).Expect(403);
        (await admin.Send("POST", "/access/tokens", here, """{"name":"x","role":"admin"}""")).Expect(403);
        (await admin.Send("GET", "/audit", here)).Expect(403);
        (await admin.Send("GET", "/services", elsewhere)).Expect(403);
        (await admin.Send("POST", "/batch", elsewhere, """{"operations":[]}""")).Expect(403);
        (await admin.Send("GET", "/config", elsewhere)).Expect(403);
        (await admin.Send("GET", "/schemas/routes", elsewhere)).Expect(200);
    }

    [Fact]
    public async Task A_token_bound_to_tags_sees_and_writes_what_bears_one()
    {
        await using GuardedAdmin admin = await GuardedAdmin.Start();
        string team = await admin.Token("team", AccessRole.Operator, ""","tags":["team-a","shared"]""");
        (await admin.Send("PUT", "/services/ours", team, """{"host":"a.test","tags":["team-a"]}""")).Expect(200);
        (await admin.Send("PUT", "/services/theirs", GuardedAdmin.AdminToken, """{"host":"b.test","tags":["team-b"]}""")).Expect(200);
        (await admin.Send("PUT", "/services/both", GuardedAdmin.AdminToken, """{"host":"b.test","tags":["team-b","shared"]}""")).Expect(200);

        Assert.Equal(["both", "ours"], await Names(admin, "/services", team));
        Assert.Equal(["both"], await Names(admin, "/services?tags=team-b", team));
        (await admin.Send("GET", "/services/ours", team)).Expect(200);
        (await admin.Send("GET", "/services/theirs", team)).Expect(404);

        (await admin.Send("PATCH", "/services/theirs", team, """{"port":81}""")).Expect(403);
        (await admin.Send("DELETE", "/services/theirs", team)).Expect(403);
        (await admin.Send("PUT", "/services/new", team, """{"host":"a.test"}""")).Expect(403);
        (await admin.Send("PATCH", "/services/ours", team, """{"tags":["team-b"]}""")).Expect(403);
        (await admin.Send("PATCH", "/services/ours", team, """{"port":81}""")).Expect(200);
        (await admin.Send("POST", "/services/theirs/routes", team, """{"paths":["/x"],"tags":["team-a"]}""")).Expect(403);
        (await admin.Send("POST", "/services/ours/routes", team, """{"paths":["/x"],"tags":["team-a"]}""")).Expect(201);
        (await admin.Send("POST", "/plugins", team, """{"name":"request-termination","tags":["team-a"]}""")).Expect(403);
        (await admin.Send("POST", "/services/ours/plugins", team, """{"name":"request-termination","tags":["team-a"]}""")).Expect(201);
        (await admin.Send("POST", "/batch", team, """{"operations":[{"method":"DELETE","path":"/services/theirs"}]}""")).Expect(403);
        foreach (string path in new[] { "/config", "/commits", "/search?q=theirs", "/tags", "/services/theirs/history", "/services/theirs/traffic" })
        {
            (await admin.Send("GET", path, team)).Expect(403);
        }

        (await admin.Send("POST", "/config", team, """{"_format_version":"3.0"}""")).Expect(403);
        (await admin.Send("POST", "/commits/1/revert", team)).Expect(403);
        Assert.Equal("b.test", (await admin.Send("GET", "/services/theirs", GuardedAdmin.AdminToken)).Expect(200).String("host"));
    }

    private static async Task<IEnumerable<string?>> Names(GuardedAdmin admin, string path, string token) =>
        (await admin.Send("GET", path, token)).Expect(200).Json.GetProperty("data").EnumerateArray().Select(entity => entity.GetProperty("name").GetString()).Order();
}
