using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Edge.Plugins;
using Mesh.Grains.Schemas;

namespace Mesh.Silo.Tests.Admin.Declared;

/// <summary>
/// The Admin API keeps what the declarations say, for every field of every kind and plugin: what is broken in one place is
/// refused with that place and that message and changes nothing; what is allowed is never refused at its place.
/// </summary>
[Collection<AdminCollection>]
public class DeclaredFieldTests(AdminFixture admin)
{
    private static readonly EntitySchemas Schemas = new(PluginCatalog.Default);

    public static TheoryData<string> Kinds => [.. KindSample.All.Select(sample => sample.Kind)];

    public static TheoryData<string> Plugins => [.. PluginCatalog.Default.All.Select(plugin => plugin.Name)];

    [Fact]
    public void Every_kind_has_a_sample() => Assert.Equal(Schemas.All.Select(schema => schema.Kind).Order(), KindSample.All.Select(sample => sample.Kind).Order());

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_field_that_breaks_its_declaration_is_refused_with_its_place_and_message(string kind)
    {
        (KindSample sample, EntitySchema schema) = await Sample(kind);
        long before = await admin.Client.Revision();
        int breaks = 0;
        foreach (FieldBreak broken in schema.Fields.Where(field => !IsGivenByPath(field, sample.Path) && !(kind == EntityKinds.Plugins && field.Name is "config" or "name")).SelectMany(FieldBreak.Of))
        {
            breaks++;
            await Refused(sample.Path, With(sample.Body, broken), broken);
        }

        await Refused(sample.Path, With(sample.Body, new FieldBreak("no_such_field", 1, "unknown field")), new FieldBreak("no_such_field", 1, "unknown field"));
        foreach (Field required in schema.Fields.Where(field => field is { Required: true, Auto: false, Default: null } && JsonNode.Parse(sample.Body)![field.Name] is not null))
        {
            breaks++;
            await Refused(sample.Path, With(sample.Body, new FieldBreak(required.Name, null, "")), new FieldBreak(required.Name, null, "required field missing"));
        }

        Assert.True(breaks >= 4, $"only {breaks} breaks of {kind}");
        Assert.Equal(before, await admin.Client.Revision());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_value_that_the_declaration_allows_is_never_refused_at_its_place(string kind)
    {
        (KindSample sample, EntitySchema schema) = await Sample(kind);
        Reply made = await admin.Client.Post(sample.Path, sample.Body);
        Assert.Equal(HttpStatusCode.Created, made.Status);
        string path = $"/{schema.AdminName}/{made.Json.GetProperty("id").GetString()}";
        if (kind == EntityKinds.Targets)
        {
            path = $"{sample.Path}/{made.Json.GetProperty("id").GetString()}";
        }

        int taken = 0;
        foreach (Field field in schema.Fields.Where(field => field is { Unique: false, Auto: false, Type: not FieldType.Foreign } && field.Name is not ("config" or "name" or "cert" or "key")))
        {
            foreach (JsonNode value in DeclaredValue.Of(field))
            {
                string patch = new JsonObject { [field.Name] = value.DeepClone() }.ToJsonString();
                long before = await admin.Client.Revision();
                Reply reply = await admin.Client.Patch(path, patch);
                if (reply.Status == HttpStatusCode.OK)
                {
                    taken++;
                    continue;
                }

                // Another field may not go with it; then the message stands elsewhere.
                Assert.True(reply.Status == HttpStatusCode.BadRequest && (int)reply.Json.GetProperty("code").GetDouble() == (int)ProblemCode.SchemaViolation, $"{kind} {patch}: {reply.Text}");
                Assert.True(IsOfSeveralFields(reply, field.Name), $"{kind} {patch}: {reply.Text}");
                Assert.Equal(before, await admin.Client.Revision());
            }
        }

        Assert.True(taken > 0, $"no value of {kind} was taken");
    }

    [Theory]
    [MemberData(nameof(Plugins))]
    public async Task A_setting_that_breaks_its_plugins_declaration_is_refused_with_its_place_and_message(string name)
    {
        PluginSchema plugin = PluginCatalog.Default.Find(name)!;
        long before = await admin.Client.Revision();
        int breaks = 0;
        foreach (FieldBreak broken in FieldBreak.Of(Field.Record("config", plugin.Config)))
        {
            breaks++;
            string body = new JsonObject { ["name"] = name, ["config"] = broken.Value?.DeepClone() }.ToJsonString();
            await Refused("/plugins", body, broken);
        }

        Assert.True(breaks > 1);
        Assert.Equal(before, await admin.Client.Revision());
    }

    /// <summary>The parent that a nested path names stands above what the body says, as in Kong.</summary>
    private static bool IsGivenByPath(Field field, string path) => field.Reference is { } parent && path.StartsWith($"/{parent}/", StringComparison.Ordinal);

    private static string With(string body, FieldBreak broken)
    {
        JsonObject record = JsonNode.Parse(body)!.AsObject();
        string name = broken.Path.Split('.')[0];
        if (broken.Value is null)
        {
            record.Remove(name);
        }
        else
        {
            record[name] = broken.Value.DeepClone();
        }

        return record.ToJsonString();
    }

    private static string? MessageAt(JsonElement node, string path)
    {
        foreach (string step in path.Split('.'))
        {
            if (node.ValueKind == JsonValueKind.Array && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index <= node.GetArrayLength())
            {
                node = node[index - 1];
            }
            else if (node.ValueKind != JsonValueKind.Object || !node.TryGetProperty(step, out node))
            {
                return null;
            }
        }

        return node.ValueKind == JsonValueKind.String ? node.GetString() : null;
    }

    private static bool IsOfSeveralFields(Reply reply, string field)
    {
        JsonElement fields = reply.Json.GetProperty("fields");
        return fields.TryGetProperty("@entity", out _) || fields.EnumerateObject().Any(member => member.Name != field) || MessageAt(fields, field) is { } message
            && (message.StartsWith("cannot set", StringComparison.Ordinal) || message.StartsWith("value must be null", StringComparison.Ordinal)
                || message.Contains(" can only be set when ", StringComparison.Ordinal) || message.StartsWith("expected one of", StringComparison.Ordinal));
    }

    private async Task Refused(string path, string body, FieldBreak broken)
    {
        Reply reply = await admin.Client.Post(path, body);
        string said = $"POST {path} {body}: {(int)reply.Status} {reply.Text}";
        Assert.True(reply.Status == HttpStatusCode.BadRequest, said);
        JsonElement problem = reply.Json;
        Assert.True(problem.GetProperty("code").GetInt32() == (int)ProblemCode.SchemaViolation && problem.GetProperty("name").GetString() == "schema violation", said);
        Assert.True(MessageAt(problem.GetProperty("fields"), broken.Path) == broken.Message, $"wanted {broken.Path}: {broken.Message}\n{said}");
        Assert.True(problem.GetProperty("message").GetString()!.Contains($"{broken.Path}: {broken.Message}", StringComparison.Ordinal), $"wanted {broken.Path}: {broken.Message}\n{said}");
    }

    private async Task<(KindSample Sample, EntitySchema Schema)> Sample(string kind)
    {
        int n = admin.NextNumber();
        KindSample sample = KindSample.All.Single(sample => sample.Kind == kind);
        string parent = "";
        if (sample.Parent is { } above)
        {
            Reply made = await admin.Client.Post(above.Path, KindSample.Fill(above.Body, n));
            parent = made.Json.GetProperty("id").GetString()!;
        }

        EntitySchema schema = Schemas.Find(kind)!;
        sample = sample.Numbered(n, parent);
        return (sample, kind == EntityKinds.Plugins
            ? PluginEntitySchema.Specialize(schema, PluginCatalog.Default.Find(JsonNode.Parse(sample.Body)!["name"]!.GetValue<string>())!)
            : schema);
    }
}
