using System.Text;

namespace Mesh.Silo.Tests.Admin.Preconditions;

[Collection<AdminCollection>]
public class PreconditionTests(AdminFixture admin)
{
    private const int Writers = 32;

    private readonly AdminClient client = admin.Client;

    public static TheoryData<string> Kinds => [.. KindSample.All.Select(sample => sample.Kind)];

    [Theory, MemberData(nameof(Kinds))]
    public async Task Every_answer_that_shows_one_entity_has_its_tag_and_the_tag_changes_with_it(string kind)
    {
        KindSample sample = KindSample.All.First(candidate => candidate.Kind == kind);
        int n = admin.NextNumber();
        string parent = sample.Parent is { } above ? (await client.Post(above.Path, KindSample.Fill(above.Body, n))).Expect(201).String("id")! : "";
        sample = sample.Numbered(n, parent);
        string id = Guid.NewGuid().ToString();
        string path = $"{sample.Path}/{id}";
        Reply made = (await client.Put(path, sample.Body)).Expect(200);
        string tag = made.Header("ETag")!;
        Assert.Matches("^\"e[0-9a-f]{24}\"$", tag);
        Assert.Equal(tag, (await client.Get(path)).Expect(200).Header("ETag"));
        Assert.Equal(tag, (await client.Put(path, sample.Body)).Expect(200).Header("ETag"));

        Reply known = (await client.Send(HttpMethod.Get, path, headers: [("If-None-Match", tag)])).Expect(304);
        Assert.Equal((0, tag, made.Revision), (known.Body.Length, known.Header("ETag"), known.Revision));
        (await client.Send(HttpMethod.Get, path, headers: [("If-None-Match", $"\"other\", W/{tag}")])).Expect(304);
        (await client.Send(HttpMethod.Get, path, headers: [("If-None-Match", "*")])).Expect(304);
        (await client.Send(HttpMethod.Get, path, headers: [("If-None-Match", "\"other\"")])).Expect(200);

        string patch = $$"""{"{{sample.Field}}":{{sample.Patch}}}""";
        Reply wrong = await Write(HttpMethod.Patch, path, patch, "\"e000000000000000000000000\"");
        Assert.Equal(made.Revision, wrong.Expect(412).Json.GetProperty("revision").GetInt64());
        (await Write(HttpMethod.Patch, path, patch, $"W/{tag}")).Expect(412);
        Reply patched = (await Write(HttpMethod.Patch, path, patch, $"\"other\", {tag}")).Expect(200);
        Assert.NotEqual(tag, patched.Header("ETag"));
        (await Write(HttpMethod.Delete, path, "", tag)).Expect(412);
        (await client.Send(HttpMethod.Get, path, headers: [("If-None-Match", tag)])).Expect(200);
        (await Write(HttpMethod.Delete, path, "", patched.Header("ETag")!)).Expect(204);
        (await Write(HttpMethod.Put, path, sample.Body, "*")).Expect(412);
        (await Write(HttpMethod.Put, path, sample.Body, tag)).Expect(412);
    }

    [Fact]
    public async Task A_write_may_name_the_revision_that_it_rests_on()
    {
        string path = $"/services/rests-{admin.NextNumber()}";
        Reply made = (await client.Put(path, """{"host":"a"}""")).Expect(200);
        Reply stale = (await Write(HttpMethod.Patch, path, """{"port":1}""", $"{made.Revision - 1}")).Expect(412);
        Assert.Equal((made.Revision, made.Revision), (stale.Json.GetProperty("revision").GetInt64(), stale.Revision));
        (await Write(HttpMethod.Post, "/services", """{"host":"a"}""", $"\"{made.Revision + 1}\"")).Expect(412);
        (await Write(HttpMethod.Post, "/config?dry_run=1", """{"_format_version":"3.0"}""", $"{made.Revision - 1}")).Expect(412);
        (await Write(HttpMethod.Post, "/batch", """{"operations":[]}""", $"{made.Revision - 1}")).Expect(412);
        Reply patched = (await Write(HttpMethod.Patch, path, """{"port":1}""", $"\"{made.Revision}\"")).Expect(200);
        Assert.Equal(made.Revision + 1, patched.Revision);
    }

    [Theory]
    [InlineData("abc", 400)]
    [InlineData("\"", 400)]
    [InlineData("1, 2", 400)]
    [InlineData("\"e1\"", 400)]
    [InlineData("*", 400)]
    public async Task What_cannot_be_a_precondition_of_a_collection_is_refused(string header, int status)
    {
        long before = await client.Revision();
        (await Write(HttpMethod.Post, "/services", """{"host":"a"}""", header)).Expect(status);
        Assert.Equal(before, await client.Revision());
    }

    [Fact]
    public async Task Writers_who_check_the_tag_lose_no_update()
    {
        string path = $"/upstreams/counted-{admin.NextNumber()}.test";
        (await client.Put(path, """{"slots":100}""")).Expect(200);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async _ =>
        {
            while (true)
            {
                Reply read = (await client.Get(path)).Expect(200);
                int next = read.Json.GetProperty("slots").GetInt32() + 1;
                Reply written = await Write(HttpMethod.Patch, path, $$"""{"slots":{{next}}}""", read.Header("ETag")!);
                if ((int)written.Status == 200)
                {
                    return;
                }

                written.Expect(412);
            }
        }));
        Assert.Equal(100 + Writers, (await client.Get(path)).Json.GetProperty("slots").GetInt32());
    }

    [Fact]
    public async Task A_read_may_wait_for_a_revision()
    {
        string path = $"/services/awaited-{admin.NextNumber()}";
        long head = await client.Revision();
        Task<Reply> waiting = client.Get($"{path}?min_revision={head + 2}&timeout=20000");
        (await client.Put(path, """{"host":"a"}""")).Expect(200);
        Reply last = (await client.Patch(path, """{"host":"b"}""")).Expect(200);
        Reply read = (await waiting).Expect(200);
        Assert.Equal(("b", last.Revision), (read.String("host"), read.Revision));
        (await client.Get($"{path}?min_revision={last.Revision}&timeout=0")).Expect(200);
        Reply late = (await client.Get($"/services?min_revision={last.Revision + 1}&timeout=20")).Expect(412);
        Assert.Equal(last.Revision, late.Json.GetProperty("revision").GetInt64());
        (await client.Get("/services?min_revision=x")).Expect(400);
        (await client.Get("/services?min_revision=1&timeout=x")).Expect(400);
    }

    private Task<Reply> Write(HttpMethod method, string path, string body, string ifMatch) =>
        client.Send(method, path, Encoding.UTF8.GetBytes(body), "application/json", ("If-Match", ifMatch));
}
