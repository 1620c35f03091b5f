using System.Text.Json.Nodes;

namespace Mesh.Silo.Tests.Admin.History;

/// <summary>Writes over few names, so that they meet: creates, changes, renames, moves to another parent, cascades, documents.</summary>
internal sealed class RandomWrites(AdminClient client, int seed)
{
    private static readonly string[] Names = ["a", "b", "c", "d"];

    private readonly Random random = new(seed);

    private string Name => Names[random.Next(Names.Length)];

    /// <summary>Writes until a commit was made.</summary>
    public async Task<long> Commit()
    {
        long before = await client.Revision();
        for (int attempt = 0; attempt < 200; attempt++)
        {
            Reply reply = await One();
            Assert.True((int)reply.Status < 500, reply.Text);
            if (reply.Revision > before)
            {
                return reply.Revision;
            }
        }

        throw new InvalidOperationException("no write took effect");
    }

    private Task<Reply> One() => random.Next(16) switch
    {
        0 => client.Put($"/services/{Name}", $$"""{"host":"h{{random.Next(3)}}","tags":["{{Name}}"],"retries":{{random.Next(4)}}}"""),
        1 => client.Put($"/routes/{Name}", $$"""{"paths":["/{{Name}}"],"service":{"name":"{{Name}}"} }"""),
        2 => client.Patch($"/routes/{Name}", $$"""{"name":"{{Name}}"}"""),
        3 => client.Put($"/consumers/{Name}", $$"""{"custom_id":"{{Name}}{{random.Next(2)}}"}"""),
        4 => client.Put($"/consumers/{Name}/basic-auth/{Name}", $$"""{"password":"secret-{{random.Next(3)}}"}"""),
        5 => client.Put($"/consumers/{Name}/key-auth/{random.Next(4):x8}-0000-4000-8000-000000000000", $$"""{"key":"key-{{random.Next(5)}}"}"""),
        6 => client.Post($"/routes/{Name}/plugins", $$"""{"name":"rate-limiting","config":{"minute":{{random.Next(1, 4)}},"policy":"redis","redis":{"host":"r","password":"p{{random.Next(3)}}"} } }"""),
        7 => client.Post($"/consumers/{Name}/acls", $$"""{"group":"{{Name}}"}"""),
        8 => client.Put($"/upstreams/{Name}", $$"""{"slots":{{random.Next(1, 4) * 100}}}"""),
        9 => client.Put($"/upstreams/{Name}/targets/{Name}:80", $$"""{"weight":{{random.Next(4)}}}"""),
        10 => client.Post("/certificates", $$"""{"cert":{{TestCertificates.Leaf.Cert}},"key":{{TestCertificates.Leaf.Key}},"snis":["{{Name}}.test"]}"""),
        11 => client.Delete($"/certificates/{Name}.test"),
        12 => client.Delete($"/{(random.Next(2) == 0 ? "consumers" : "upstreams")}/{Name}"),
        13 => client.Delete($"/{(random.Next(2) == 0 ? "routes" : "services")}/{Name}"),
        14 => Document(),
        _ => client.Post("/batch", $$"""
            {"operations":[
              {"method":"PUT","path":"/services/{{Name}}","body":{"host":"batch"} },
              {"method":"DELETE","path":"/routes/{{Name}}"},
              {"method":"PUT","path":"/consumers/{{Name}}","body":{"tags":["batch"]} }]}
            """),
    };

    /// <summary>The configuration as it is, without a kind or two.</summary>
    private async Task<Reply> Document()
    {
        JsonObject document = JsonNode.Parse((await client.Get("/config?secrets=1")).Expect(200).Body)!.AsObject();
        document.Remove(random.Next(2) == 0 ? "plugins" : "acls");
        document.Remove("targets");
        document.Remove("snis");
        return await client.Post("/config", document.ToJsonString());
    }
}
