using System.Text.Json;
using Mesh.Silo.Admin.Batch;

namespace Mesh.Silo.Tests.Admin.Batch;

[Collection<AdminCollection>]
public class BatchTests(AdminFixture admin)
{
    private readonly AdminClient client = admin.Client;

    [Fact]
    public async Task Operations_build_on_each_other_and_are_one_commit()
    {
        string name = $"batch-{admin.NextNumber()}";
        long before = await client.Revision();
        Reply done = (await client.Post("/batch", $$"""
            {"operations":[
              {"method":"POST","path":"/services","body":{"name":"{{name}}","host":"a"} },
              {"method":"PUT","path":"/routes/{{name}}","body":{"paths":["/{{name}}"],"service":{"name":"{{name}}"} } },
              {"method":"POST","path":"/services/{{name}}/plugins","body":{"name":"key-auth"} },
              {"method":"PATCH","path":"/default/services/{{name}}","body":{"retries":3} },
              {"method":"PUT","path":"/consumers/{{name}}","body":null},
              {"method":"PUT","path":"/consumers/{{name}}/basic-auth/{{name}}","body":{"password":"p"} },
              {"method":"DELETE","path":"/consumers/{{name}}"},
              {"method":"DELETE","path":"/consumers/absent"}]}
            """)).Expect(200);
        Assert.Equal((before + 1, before + 1), (done.Revision, done.Json.GetProperty("revision").GetInt64()));
        JsonElement[] results = [.. done.Json.GetProperty("results").EnumerateArray()];
        Assert.Equal([201, 200, 201, 200, 200, 200, 204, 204], results.Select(result => result.GetProperty("status").GetInt32()));
        Assert.Equal((await client.Get($"/routes/{name}")).Expect(200).Text, results[1].GetProperty("body").GetRawText());
        Assert.Equal(JsonValueKind.Null, results[6].GetProperty("body").ValueKind);
        Assert.Equal(3, (await client.Get($"/services/{name}")).Expect(200).Json.GetProperty("retries").GetInt32());
        (await client.Get($"/consumers/{name}")).Expect(404);
        JsonElement commit = (await client.Get($"/commits/{done.Revision}")).Expect(200).Json;
        Assert.Equal(["services", "routes", "plugins"], commit.GetProperty("changes").EnumerateArray().Select(change => change.GetProperty("kind").GetString()));
        Assert.StartsWith($"create services/{name}, put routes/{name}, create plugins", commit.GetProperty("summary").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_failure_changes_nothing_and_each_failure_is_told()
    {
        string name = $"batch-{admin.NextNumber()}";
        (await client.Put($"/services/{name}", """{"host":"a"}""")).Expect(200);
        long before = await client.Revision();
        Reply failed = (await client.Post("/batch", $$"""
            {"operations":[
              {"method":"PATCH","path":"/services/{{name}}","body":{"retries":3} },
              {"method":"PATCH","path":"/services/{{name}}-absent","body":{"retries":3} },
              {"method":"POST","path":"/services","body":{"name":"{{name}}","host":"a"} },
              {"method":"POST","path":"/routes","body":{"paths":["x"]} },
              {"method":"DELETE","path":"/services/{{name}}/routes/absent"}]}
            """)).Expect(400);
        Assert.Equal("4 of 5 operations failed; nothing was changed", failed.String("message"));
        JsonElement[] results = [.. failed.Json.GetProperty("results").EnumerateArray()];
        Assert.Equal(JsonValueKind.Null, results[0].ValueKind);
        Assert.Equal([404, 409, 400, 404], results.Skip(1).Select(result => result.GetProperty("status").GetInt32()));
        Assert.Equal(2, results[3].GetProperty("body").GetProperty("code").GetInt32());
        Assert.Equal(before, failed.Revision);
        Assert.Equal(before, await client.Revision());
        Assert.Equal(5, (await client.Get($"/services/{name}")).Json.GetProperty("retries").GetInt32());
    }

    [Fact]
    public async Task Failures_of_one_status_give_it_to_the_whole()
    {
        (await Batch("""{"method":"PATCH","path":"/services/absent","body":{}}""")).Expect(404);
        (await Batch("""{"method":"PATCH","path":"/nothings/absent","body":{}}""")).Expect(404);
        string name = $"batch-{admin.NextNumber()}";
        (await Batch($$"""{"method":"POST","path":"/services","body":{"name":"{{name}}","host":"a"} },{"method":"POST","path":"/services","body":{"name":"{{name}}","host":"a"} }""")).Expect(409);
    }

    [Theory]
    [InlineData("""{"method":"PUT","path":"/config","body":{}}""", 400)]
    [InlineData("""{"method":"POST","path":"/batch","body":{"operations":[]}}""", 400)]
    [InlineData("""{"method":"GET","path":"/services/a"}""", 405)]
    [InlineData("""{"method":"DELETE","path":"/services"}""", 405)]
    [InlineData("""{"method":"PUT","path":"/services/a","body":[]}""", 400)]
    [InlineData("""{"method":"PUT","path":"/services/a","body":{},"if_match":"1"}""", 400)]
    [InlineData("""{"method":"PUT","body":{}}""", 400)]
    [InlineData("""{"path":"/services/a"}""", 400)]
    [InlineData("""{"method":5,"path":"/services/a"}""", 400)]
    [InlineData("7", 400)]
    [InlineData("null", 400)]
    public async Task What_is_no_write_of_an_entity_is_refused_at_its_place(string operation, int status)
    {
        string name = $"batch-{admin.NextNumber()}";
        Reply failed = (await Batch($$"""{"method":"PUT","path":"/services/{{name}}","body":{"host":"a"} },{{operation}}""")).Expect(400);
        JsonElement results = failed.Json.GetProperty("results");
        Assert.Equal((JsonValueKind.Null, status), (results[0].ValueKind, results[1].GetProperty("status").GetInt32()));
        (await client.Get($"/services/{name}")).Expect(404);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"operations":{}}""")]
    [InlineData("[]")]
    [InlineData("nonsense")]
    public async Task What_is_no_batch_is_refused(string body) => (await client.Post("/batch", body)).Expect(400);

    [Fact]
    public async Task A_batch_has_a_bound()
    {
        static string Of(int count) => string.Join(',', Enumerable.Repeat("""{"method":"DELETE","path":"/services/absent"}""", count));
        long before = await client.Revision();
        Assert.Equal(before, (await Batch(Of(BatchEndpoint.MaxOperations))).Expect(200).Revision);
        (await Batch(Of(BatchEndpoint.MaxOperations + 1))).Expect(400);
        Assert.Equal(before, (await Batch("")).Expect(200).Revision);
    }

    private Task<Reply> Batch(string operations) => client.Post("/batch", $$"""{"operations":[{{operations}}]}""");
}
