using System.Text.Json;

namespace Mesh.Silo.Tests.Admin.History;

[Collection<AdminCollection>]
public class RevertTests(AdminFixture admin)
{
    private readonly AdminClient client = admin.Client;

    [Fact]
    public async Task A_deleted_consumer_comes_back_with_all_that_went_with_it_and_its_password_as_it_was_stored()
    {
        string name = $"back-{admin.NextNumber()}";
        string id = (await client.Put($"/consumers/{name}", "{}")).Expect(200).String("id")!;
        Reply password = (await client.Put($"/consumers/{name}/basic-auth/{name}", """{"password":"p"}""")).Expect(200);
        Reply key = (await client.Post($"/consumers/{name}/key-auth", "{}")).Expect(201);
        long state = await client.Revision();
        (await client.Delete($"/consumers/{name}")).Expect(204);

        Reply reverted = (await client.Post($"/commits/{state}/revert", "{}")).Expect(200);

        Assert.Equal(state + 2, reverted.Revision);
        Assert.Equal(["create", "create", "create"], Operations(reverted));
        Assert.Equal(id, (await client.Get($"/consumers/{name}")).Expect(200).String("id"));
        Assert.Equal(password.Text, (await client.Get($"/consumers/{name}/basic-auth/{name}")).Expect(200).Text);
        Assert.Equal(key.Text, (await client.Get($"/consumers/{name}/key-auth/{key.String("id")}")).Expect(200).Text);
        Assert.Equal($"revert to revision {state}", (await client.Get($"/commits/{reverted.Revision}")).String("summary"));
    }

    [Fact]
    public async Task Names_that_were_swapped_are_swapped_back()
    {
        int n = admin.NextNumber();
        string one = (await client.Put($"/services/one-{n}", """{"host":"a"}""")).Expect(200).String("id")!;
        string two = (await client.Put($"/services/two-{n}", """{"host":"a"}""")).Expect(200).String("id")!;
        long state = await client.Revision();
        Reply swap = (await client.Post("/batch", $$"""
            {"operations":[
              {"method":"PATCH","path":"/services/{{one}}","body":{"name":"two-{{n}}"} },
              {"method":"PATCH","path":"/services/{{two}}","body":{"name":"one-{{n}}"} }]}
            """)).Expect(200);
        Assert.Equal(state + 1, swap.Revision);
        Assert.Equal(two, (await client.Get($"/services/one-{n}")).String("id"));

        (await client.Post($"/commits/{state}/revert", "{}")).Expect(200);
        Assert.Equal(one, (await client.Get($"/services/one-{n}")).String("id"));
        Assert.Equal(two, (await client.Get($"/services/two-{n}")).String("id"));
    }

    [Fact]
    public async Task A_document_that_replaced_everything_is_undone_by_one_commit()
    {
        string name = $"whole-{admin.NextNumber()}";
        (await client.Put($"/services/{name}", """{"host":"a"}""")).Expect(200);
        (await client.Put($"/routes/{name}", $$"""{"paths":["/{{name}}"],"service":{"name":"{{name}}"} }""")).Expect(200);
        string before = (await client.Get("/config?secrets=1")).Expect(200).Text;
        long state = await client.Revision();
        (await client.Post("/config", """{"_format_version":"3.0","services":[{"name":"only","host":"b"}]}""")).Expect(201);
        (await client.Get($"/services/{name}")).Expect(404);

        Reply dry = (await client.Post($"/commits/{state}/revert?dry_run=1", "{}")).Expect(200);
        Assert.Equal((true, state + 1), (dry.Json.GetProperty("dry_run").GetBoolean(), dry.Json.GetProperty("revision").GetInt64()));
        (await client.Get($"/services/{name}")).Expect(404);
        Reply reverted = (await client.Post($"/commits/{state}/revert", "{}")).Expect(200);
        Assert.Equal(state + 2, reverted.Revision);
        Assert.Equal(Operations(dry), Operations(reverted));
        Assert.Equal(before, (await client.Get("/config?secrets=1")).Expect(200).Text);
    }

    [Fact]
    public async Task A_revert_holds_to_the_revision_that_the_client_saw()
    {
        (await client.Put($"/services/seen-{admin.NextNumber()}", """{"host":"a"}""")).Expect(200);
        long state = await client.Revision();
        (await client.Put($"/services/seen-{admin.NextNumber()}", """{"host":"a"}""")).Expect(200);
        Reply stale = await client.Send(HttpMethod.Post, $"/commits/{state}/revert", headers: [("If-Match", $"{state}")]);
        Assert.Equal(state + 1, stale.Expect(412).Json.GetProperty("revision").GetInt64());
        (await client.Send(HttpMethod.Post, $"/commits/{state}/revert", headers: [("If-Match", $"\"{state + 1}\"")])).Expect(200);
        (await client.Send(HttpMethod.Post, $"/commits/{state}/revert", headers: [("If-Match", "\"e0\"")])).Expect(400);
    }

    private static IEnumerable<string?> Operations(Reply reply) =>
        reply.Json.GetProperty("changes").EnumerateArray().Select(change => change.GetProperty("operation").GetString());
}
