using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Schemas;
using Mesh.Edge.Plugins;

namespace Mesh.Edge.Tests.Plugins;

public sealed class PluginCatalogTests
{
    /// <summary>Names and priorities of Kong 3.9.</summary>
    [Fact]
    public void Plugins_run_in_kongs_order() => Assert.Equal(
        [("correlation-id", 100_001), ("cors", 2000), ("key-auth", 1250), ("basic-auth", 1100), ("ip-restriction", 990), ("request-size-limiting", 951), ("acl", 950), ("rate-limiting", 910), ("request-transformer", 801), ("response-transformer", 800), ("prometheus", 13), ("http-log", 12), ("file-log", 9), ("request-termination", 2)],
        PluginCatalog.Default.All.Select(schema => (schema.Name, schema.Priority)));

    [Fact]
    public void Every_plugin_is_found_by_its_name()
    {
        foreach (PluginSchema schema in PluginCatalog.Default.All)
        {
            Assert.Same(schema, PluginCatalog.Default.Find(schema.Name));
        }

        Assert.Null(PluginCatalog.Default.Find("no-such-plugin"));
    }

    /// <summary>A field that the settings read and the schema does not declare could never be set.</summary>
    [Fact]
    public void Names_of_fields_are_given_once_and_defaults_are_json()
    {
        foreach (PluginSchema schema in PluginCatalog.Default.All)
        {
            Check(schema.Config);
        }

        static void Check(IReadOnlyList<Field> fields)
        {
            Assert.Equal(fields.Count, fields.Select(field => field.Name).Where(name => name.Length > 0).Distinct().Count());
            foreach (Field field in fields)
            {
                if (field.Default is { } text)
                {
                    JsonElement.Parse(text);
                }

                Check(field.Fields ?? []);
            }
        }
    }

    [Fact]
    public void Absent_and_null_settings_get_the_schemas_defaults()
    {
        PluginSchema schema = PluginCatalog.Default.Find("rate-limiting")!;
        JsonElement settings = PluginSettings.WithDefaults(schema.Config, JsonElement.Parse("""{"minute":5,"error_code":null,"redis":{"host":"h"},"newer":1}"""));
        JsonNode expected = JsonNode.Parse("""
            {"minute":5,"error_code":429,"redis":{"host":"h","port":6379,"timeout":2000,"database":0,"ssl":false,"ssl_verify":false},"newer":1,
             "limit_by":"consumer","policy":"local","fault_tolerant":true,"hide_client_headers":false,"error_message":"API rate limit exceeded","sync_rate":-1}
            """)!;
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(settings.GetRawText())), settings.GetRawText());
        Assert.Equal(settings.GetRawText(), PluginSettings.WithDefaults(schema.Config, settings).GetRawText());
    }

    [Theory]
    [InlineData("rate-limiting", """{"minute":10,"hour":3}""", "config: The limit for hour(3.0) cannot be lower than the limit for minute(10.0)")]
    [InlineData("rate-limiting", """{"minute":3,"hour":10}""", "")]
    [InlineData("request-termination", """{"message":"m","body":"b"}""", "config: message cannot be used with content_type or body")]
    [InlineData("request-termination", """{"content_type":"t"}""", "config: content_type requires a body")]
    [InlineData("request-termination", """{"echo":true,"body":"b"}""", "config: echo cannot be used with content_type and body")]
    [InlineData("request-termination", """{"status_code":200,"body":"b","message":null}""", "")]
    public void Checks_over_several_fields_say_what_kong_says(string name, string config, string expected)
    {
        var plugin = new JsonObject { ["name"] = name, ["config"] = JsonNode.Parse(config) };
        IEnumerable<string> problems = PluginCatalog.Default.Find(name)!.Checks
            .OfType<EntityCheck.Custom>()
            .SelectMany(check => check.Run(plugin))
            .Select(problem => $"{problem.Field}: {problem.Message}");
        Assert.Equal(expected, string.Join("; ", problems));
    }

    [Theory]
    [InlineData("add", "headers", "X-A:$(headers.b)", null)]
    [InlineData("add", "headers", "X-A", "invalid value: X-A")]
    [InlineData("add", "headers", "X A:1", "'X A' is not a valid header")]
    [InlineData("add", "headers", "X-A:$(b)", "value '$(b)' is not in supported format, error: unexpected text at character 4")]
    [InlineData("rename", "headers", "X-A:X B", "'X B' is not a valid header")]
    [InlineData("remove", "headers", "X-A", null)]
    [InlineData("remove", "headers", "X(A", "'X(A' is not a valid header")]
    [InlineData("add", "body", "a", "key 'a' has no value")]
    [InlineData("remove", "body", "a", null)]
    [InlineData("replace", "querystring", "a:b:c", null)]
    public void Entries_of_the_transformer_are_checked(string action, string kind, string entry, string? problem)
    {
        Field changes = PluginCatalog.Default.Find("request-transformer")!.Config.Single(field => field.Name == action);
        Field entries = changes.Fields!.Single(field => field.Name == kind);
        Assert.Equal(problem, entries.Elements!.Check!(JsonValue.Create(entry)));
    }

    [Fact]
    public void The_documentation_lists_every_plugin()
    {
        string page = File.ReadAllText(Path.Combine(Root(), "docs", "plugins.md"));
        foreach (PluginSchema schema in PluginCatalog.Default.All)
        {
            string fields = string.Join(", ", schema.Config.Select(field => $"`{field.Name}`"));
            Assert.Contains($"| {schema.Name} | {schema.Priority} | {fields} |", page);
        }
    }

    private static string Root()
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Mesh.sln")))
            {
                return directory.FullName;
            }
        }

        throw new DirectoryNotFoundException("the solution is above the tests");
    }
}
