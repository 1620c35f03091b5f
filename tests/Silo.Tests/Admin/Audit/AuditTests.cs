using System.Text.Json;
using Mesh.Abstractions.Access;
using Mesh.Silo.Tests.Admin.Access;

namespace Mesh.Silo.Tests.Admin.Audit;

public class AuditTests
{
    [Fact]
    public async Task Writes_and_refusals_are_told_and_outlive_a_restart()
    {
        await using GuardedAdmin admin = await GuardedAdmin.Start();
        string viewer = await admin.Token("looker", AccessRole.Viewer);
        long revision = (await admin.Send("PUT", "/consumers/c", GuardedAdmin.AdminToken, "{}")).Expect(200).Revision;
        (await admin.Send("POST", "/consumers/c/key-auth", GuardedAdmin.AdminToken, """{"key":"very-secret"}""")).Expect(201);
        (await admin.Send("DELETE", "/key-auths/very-secret", viewer)).Expect(403);
        (await admin.Send("GET", "/key-auths/very-secret", "guessed-very-secret-token")).Expect(401);
        (await admin.Send("GET", "/nowhere/very-secret", null)).Expect(401);
        (await admin.Send("POST", "/services", GuardedAdmin.AdminToken, """{"port":"x"}""")).Expect(400);
        (await admin.Send("GET", "/services", GuardedAdmin.AdminToken)).Expect(200);
        (await admin.Send("PUT", "/consumers/d?dry_run=1", GuardedAdmin.AdminToken, "{}")).Expect(200);

        Reply first = (await admin.Send("GET", "/audit", GuardedAdmin.AdminToken)).Expect(200);
        Assert.DoesNotContain("very-secret", first.Text, StringComparison.Ordinal);
        Assert.Equal(
            [
                "7 written admin POST /services 400 -",
                "6 denied - GET - 401 no credential",
                "5 denied - GET /key-auths/{key_auth} 401 wrong token",
                "4 denied looker DELETE /key-auths/{key_auth} 403 not for viewer",
                "3 written admin POST /consumers/{consumer}/key-auth 201 -",
                "2 written admin PUT /consumers/{consumer} 200 -",
                "1 written admin POST /access/tokens 201 -",
            ],
            Lines(first));
        JsonElement write = first.Json.GetProperty("data").EnumerateArray().Single(record => record.GetProperty("sequence").GetInt64() == 2);
        Assert.Equal((revision, "127.0.0.1", "admin token", "admin"), (write.GetProperty("revision").GetInt64(), write.GetProperty("address").GetString(), write.GetProperty("credential").GetString(), write.GetProperty("role").GetString()));

        await admin.Restart();
        Assert.Equal(Lines(first), Lines((await admin.Send("GET", "/audit", GuardedAdmin.AdminToken)).Expect(200)));
        (await admin.Send("DELETE", "/consumers/c", GuardedAdmin.AdminToken)).Expect(204);
        Assert.StartsWith("8 written", Lines((await admin.Send("GET", "/audit?size=1", GuardedAdmin.AdminToken)).Expect(200)).Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_read_in_pages_and_by_filters()
    {
        await using GuardedAdmin admin = await GuardedAdmin.Start();
        string operatorToken = await admin.Token("op", AccessRole.Operator);
        for (int i = 0; i < 5; i++)
        {
            (await admin.Send("PUT", $"/consumers/c{i}", i % 2 == 0 ? operatorToken : GuardedAdmin.AdminToken, "{}")).Expect(200);
            (await admin.Send("GET", "/audit", operatorToken)).Expect(403);
        }

        List<string> all = [];
        string? next = "/audit?size=3";
        while (next is not null)
        {
            Reply page = (await admin.Send("GET", next, GuardedAdmin.AdminToken)).Expect(200);
            Assert.True(page.Json.GetProperty("data").GetArrayLength() <= 3);
            all.AddRange(Lines(page));
            next = page.String("next");
        }

        Assert.Equal(11, all.Count);
        Assert.Equal(11, all.Distinct().Count());
        Assert.Equal(5, Lines(await admin.Send("GET", "/audit?kind=denied", GuardedAdmin.AdminToken)).Length);
        Assert.Equal(3, Lines(await admin.Send("GET", "/audit?kind=written&name=op", GuardedAdmin.AdminToken)).Length);
        Assert.Empty(Lines(await admin.Send("GET", "/audit?address=10.0.0.1", GuardedAdmin.AdminToken)));
        Assert.Empty(Lines(await admin.Send("GET", "/audit?since=2099-01-01T00:00:00Z", GuardedAdmin.AdminToken)));
        (await admin.Send("GET", "/audit?kind=other", GuardedAdmin.AdminToken)).Expect(400);
        (await admin.Send("GET", "/audit?until=yesterday", GuardedAdmin.AdminToken)).Expect(400);
    }

    private static string[] Lines(Reply reply) =>
    [
        .. reply.Json.GetProperty("data").EnumerateArray().Select(record =>
            $"{record.GetProperty("sequence")} {record.GetProperty("kind").GetString()} {record.GetProperty("name").GetString() ?? "-"} {record.GetProperty("method").GetString()} {record.GetProperty("path").GetString() ?? "-"} {record.GetProperty("status")} {record.GetProperty("reason").GetString() ?? "-"}"),
    ];
}
