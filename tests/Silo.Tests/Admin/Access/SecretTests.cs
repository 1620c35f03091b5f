using Mesh.Abstractions.Access;

namespace Mesh.Silo.Tests.Admin.Access;

/// <summary>Operators and viewers are shown no secret on any way.</summary>
public class SecretTests
{
    private const string Secret = "open-sesame-7194";

    [Theory]
    [InlineData(AccessRole.Operator)]
    [InlineData(AccessRole.Viewer)]
    public async Task Reads_mask_secrets(AccessRole role)
    {
        await using GuardedAdmin admin = await GuardedAdmin.Start();
        await Configure(admin);
        string token = await admin.Token("reader", role);
        string[] paths =
        [
            "/key-auths", "/consumers/c/key-auth", $"/key-auths/{Secret}", $"/consumers/c/key-auth/{Secret}", "/plugins", "/config", "/config?format=yaml", "/commits/1..3", "/commits/2",
            "/search?q=open-sesame", "/tags", "/services/s/plugins", "/default/key-auths", "/consumers/c/history",
        ];
        foreach (string path in paths)
        {
            Reply reply = (await admin.Send("GET", path, token)).Expect(200);
            Assert.DoesNotContain(Secret, path.Contains("search", StringComparison.Ordinal) ? reply.Json.GetProperty("data").GetRawText() : reply.Text, StringComparison.Ordinal);
        }

        Assert.Contains(Secret, (await admin.Send("GET", "/key-auths", GuardedAdmin.AdminToken)).Expect(200).Text, StringComparison.Ordinal);
        Assert.Null((await admin.Send("GET", $"/key-auths/{Secret}", token)).Expect(200).Header("ETag"));
        (await admin.Send("GET", "/config?secrets=1", token)).Expect(403);
        (await admin.Send("GET", "/config?secrets=1", GuardedAdmin.AdminToken)).Expect(200);
    }

    [Fact]
    public async Task An_operators_writes_show_no_secret_and_keep_the_masked_ones()
    {
        await using GuardedAdmin admin = await GuardedAdmin.Start();
        string id = await Configure(admin);
        string token = await admin.Token("op", AccessRole.Operator);
        Reply written = (await admin.Send("PATCH", $"/key-auths/{id}", token, """{"tags":["x"]}""")).Expect(200);
        Assert.Equal("******", written.String("key"));
        Reply batch = (await admin.Send("POST", "/batch", token, $$$"""{"operations":[{"method":"PATCH","path":"/key-auths/{{{id}}}","body":{"tags":["y"],"key":"******"}}]}""")).Expect(200);
        Assert.DoesNotContain(Secret, batch.Text, StringComparison.Ordinal);
        Assert.Contains("******", batch.Text, StringComparison.Ordinal);
        Assert.Equal(Secret, (await admin.Send("GET", $"/key-auths/{id}", GuardedAdmin.AdminToken)).Expect(200).String("key"));
    }

    /// <returns>Id of the key.</returns>
    private static async Task<string> Configure(GuardedAdmin admin)
    {
        (await admin.Send("PUT", "/services/s", GuardedAdmin.AdminToken, """{"host":"a.test"}""")).Expect(200);
        (await admin.Send("PUT", "/consumers/c", GuardedAdmin.AdminToken, "{}")).Expect(200);
        (await admin.Send("POST", "/services/s/plugins", GuardedAdmin.AdminToken, $$$$"""{"name":"rate-limiting","config":{"minute":5,"policy":"local","redis":{"password":"{{{{Secret}}}}"}}}""")).Expect(201);
        return (await admin.Send("POST", "/consumers/c/key-auth", GuardedAdmin.AdminToken, $$"""{"key":"{{Secret}}"}""")).Expect(201).String("id")!;
    }
}
