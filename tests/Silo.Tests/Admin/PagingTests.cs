using System.Text.Json;

namespace Mesh.Silo.Tests.Admin;

[Collection<AdminCollection>]
public class PagingTests(AdminFixture admin)
{
    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_repetition()
    {
        int n = admin.NextNumber();
        HashSet<string> made = [];
        for (int i = 0; i < 7; i++)
        {
            made.Add((await admin.Client.Post("/services", $$"""{"host":"a","tags":["page-{{n}}"]}""")).Expect(201).String("id")!);
        }

        List<string> seen = [];
        string? path = $"/services?size=3&tags=page-{n}";
        while (path is not null)
        {
            JsonElement page = (await admin.Client.Get(path)).Expect(200).Json;
            seen.AddRange(page.GetProperty("data").EnumerateArray().Select(entity => entity.GetProperty("id").GetString()!));
            path = page.GetProperty("next").GetString();
            Assert.Equal(path is not null, page.TryGetProperty("offset", out JsonElement offset));
            if (path is not null)
            {
                Assert.Equal($"/services?offset={offset.GetString()}&tags=page-{n}&size=3", path);
            }
        }

        Assert.Equal(made.Order(StringComparer.Ordinal), seen);
    }

    [Fact]
    public async Task A_nested_list_pages_by_offset_alone()
    {
        int n = admin.NextNumber();
        (await admin.Client.Put($"/services/page-{n}", """{"host":"a"}""")).Expect(200);
        for (int i = 0; i < 3; i++)
        {
            (await admin.Client.Post($"/services/page-{n}/routes", $$"""{"paths":["/{{i}}"]}""")).Expect(201);
        }

        JsonElement first = (await admin.Client.Get($"/services/page-{n}/routes?size=2")).Expect(200).Json;
        Assert.Equal(2, first.GetProperty("data").GetArrayLength());
        Assert.Equal($"/services/page-{n}/routes?offset={first.GetProperty("offset").GetString()}", first.GetProperty("next").GetString());
        Assert.Equal(1, (await admin.Client.Get(first.GetProperty("next").GetString()!)).Expect(200).Json.GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task Tags_select_by_all_or_by_any()
    {
        int n = admin.NextNumber();
        (await admin.Client.Post("/services", $$"""{"host":"a","tags":["x-{{n}}","y-{{n}}"]}""")).Expect(201);
        (await admin.Client.Post("/services", $$"""{"host":"b","tags":["x-{{n}}"]}""")).Expect(201);
        (await admin.Client.Post("/services", $$"""{"host":"c","tags":["y-{{n}}"]}""")).Expect(201);
        Assert.Equal(1, await Count($"x-{n},y-{n}"));
        Assert.Equal(3, await Count($"x-{n}/y-{n}"));
        Assert.Equal(2, await Count($"x-{n}"));

        async Task<int> Count(string tags) => (await admin.Client.Get($"/services?tags={tags}")).Expect(200).Json.GetProperty("data").GetArrayLength();
    }

    [Theory]
    [InlineData("size=0", 9, "size must be an integer between 1 and 1000")]
    [InlineData("size=1001", 9, "size must be an integer between 1 and 1000")]
    [InlineData("size=1.5", 9, "size must be an integer between 1 and 1000")]
    [InlineData("size=many", 9, "size must be a number")]
    [InlineData("offset=%21%21", 7, "'!!' is not a valid offset: bad base64 encoding")]
    [InlineData("offset=abc", 7, "'abc' is not a valid offset: bad base64 encoding")]
    [InlineData("tags=a,b/c", 11, "invalid option (tags: invalid filter syntax)")]
    [InlineData("tags=a,b,c,d,e,f", 11, "invalid option (tags: invalid filter syntax)")]
    [InlineData("tags=", 11, "invalid option (tags: invalid filter syntax)")]
    public async Task Wrong_arguments_have_their_codes(string query, int code, string message)
    {
        Reply reply = (await admin.Client.Get($"/services?{query}")).Expect(400);
        Assert.Equal((code, message), (reply.Json.GetProperty("code").GetInt32(), reply.String("message")));
    }

    [Fact]
    public async Task Unknown_arguments_are_ignored() => (await admin.Client.Get("/services?sort_desc=1&size=30")).Expect(200);
}
