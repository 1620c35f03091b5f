using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Silo.Tests.Admin.Kong;

/// <summary>Tools read, change and write back whole entities: what GET answers, nulls and all, is what PUT takes.</summary>
[Collection<AdminCollection>]
public class FixedPointTests(AdminFixture admin)
{
    public static TheoryData<string> Kinds => [.. KindSample.All.Select(sample => sample.Kind)];

    [Theory, MemberData(nameof(Kinds))]
    public async Task Putting_back_what_was_read_changes_nothing(string kind)
    {
        KindSample sample = KindSample.All.Single(sample => sample.Kind == kind);
        int n = admin.NextNumber();
        string parent = sample.Parent is { } made ? (await admin.Client.Post(made.Path, KindSample.Fill(made.Body, n))).Expect(201).String("id")! : "";
        KindSample numbered = sample.Numbered(n, parent);
        Reply first = (await admin.Client.Post(numbered.Path, numbered.Body)).Expect(201);
        string path = $"{numbered.Path}/{first.String("id")}";

        Reply read = (await admin.Client.Get(path)).Expect(200);
        Reply put = (await admin.Client.Put(path, read.Text)).Expect(200);
        Assert.Equal(read.Text, put.Text);
        Assert.Equal(read.Revision, put.Revision);

        // PATCH by the whole entity too, as forms of a page do it.
        Reply patched = (await admin.Client.Patch(path, read.Text)).Expect(200);
        Assert.Equal((read.Text, read.Revision), (patched.Text, patched.Revision));

        // decK sends what it has without the server's own fields, and knows more than the id of a reference.
        JsonObject sent = JsonNode.Parse(read.Text)!.AsObject();
        sent.Remove("updated_at");
        foreach ((string name, JsonNode? value) in sent.ToArray())
        {
            if (value is JsonObject { Count: 1 } reference && reference.ContainsKey("id"))
            {
                reference["name"] = "other";
                reference["username"] = "other";
            }
        }

        Reply again = (await admin.Client.Put(path, sent.ToJsonString())).Expect(200);
        Assert.Equal((read.Text, read.Revision), (again.Text, again.Revision));
        (await admin.Client.Delete(path)).Expect(204);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Every_field_of_the_schema_stands_in_every_answer(string kind)
    {
        KindSample sample = KindSample.All.Single(sample => sample.Kind == kind);
        int n = admin.NextNumber();
        string parent = sample.Parent is { } made ? (await admin.Client.Post(made.Path, KindSample.Fill(made.Body, n))).Expect(201).String("id")! : "";
        KindSample numbered = sample.Numbered(n, parent);
        Reply created = (await admin.Client.Post(numbered.Path, numbered.Body)).Expect(201);
        string[] declared = [.. (await admin.Client.Get($"/schemas/{kind}")).Expect(200).Json.GetProperty("fields").EnumerateArray().Select(field => field.EnumerateObject().Single().Name)];

        string[] views = kind == "certificates" ? ["snis"] : [];
        Assert.Equal([.. declared, .. views], created.Json.EnumerateObject().Select(member => member.Name));
        (await admin.Client.Delete($"{numbered.Path}/{created.String("id")}")).Expect(204);
    }
}
