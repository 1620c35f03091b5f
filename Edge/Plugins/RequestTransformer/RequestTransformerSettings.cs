using System.Text.Json.Serialization;
using Mesh.Abstractions.Schemas;
using Mesh.Edge.Plugins.Fields;

namespace Mesh.Edge.Plugins.RequestTransformer;

internal sealed record RequestTransformerSettings
{
    public static PluginSchema Schema { get; } = new()
    {
        Name = "request-transformer",
        Version = ConfigFields.Version,
        Priority = 801,
        Config =
        [
            Field.String("http_method") with { Match = "^[A-Z]+$", Description = "Method sent to the upstream." },
            Changes("remove", Entries(_ => null), Entries(CheckHeader)),
            Changes("rename", Entries(CheckPair), Entries(CheckHeaderPair)),
            Changes("replace", Entries(CheckPair), Entries(CheckHeaderValue), Field.String("uri") with { Check = value => TemplateProblem((string?)value ?? "") }),
            Changes("add", Entries(CheckPair), Entries(CheckHeaderValue)),
            Changes("append", Entries(CheckPair), Entries(CheckHeaderValue)),
            ConfigFields.Flag("dots_in_keys", true) with
            {
                Description = "A dot in the name of a body field is part of it; else it leads into a nested JSON object.",
            },
        ],
    };

    public string? HttpMethod { get; init; }
    public required ChangeSettings Remove { get; init; }
    public required ChangeSettings Rename { get; init; }
    public required ChangeSettings Replace { get; init; }
    public required ChangeSettings Add { get; init; }
    public required ChangeSettings Append { get; init; }
    public required bool DotsInKeys { get; init; }

    private static Field Changes(string name, Field strings, Field headers, params Field[] more) => Field.Record(
        name,
        [strings with { Name = "body" }, headers with { Name = "headers" }, strings with { Name = "querystring" }, .. more]) with { Required = true };

    private static Field Entries(Func<string, string?> check) =>
        Field.Array("", Field.String("") with { Check = entry => check((string?)entry ?? "") }) with { Required = true, Default = "[]" };

    private static string? CheckHeader(string entry)
    {
        (string name, _) = FieldEntry.Split(entry);
        return ConfigFields.IsHeaderName(name) ? null : $"'{name}' is not a valid header";
    }

    private static string? CheckPair(string entry)
    {
        (string name, string value) = FieldEntry.Split(entry);
        return name.Length == 0 || value.Length == 0 ? $"key '{name}' has no value" : TemplateProblem(value);
    }

    private static string? CheckHeaderPair(string entry)
    {
        string value = FieldEntry.Split(entry).Value;
        return CheckHeaderValue(entry) ?? (ConfigFields.IsHeaderName(value) ? null : $"'{value}' is not a valid header");
    }

    private static string? CheckHeaderValue(string entry) =>
        entry.IndexOf(':') > 0 ? CheckHeader(entry) ?? TemplateProblem(FieldEntry.Split(entry).Value) : $"invalid value: {entry}";

    private static string? TemplateProblem(string value)
    {
        try
        {
            Template.Parse(value);
            return null;
        }
        catch (FormatException problem)
        {
            return problem.Message;
        }
    }

    internal sealed record ChangeSettings
    {
        public string[] Body { get; init; } = [];
        public string[] Headers { get; init; } = [];

        [JsonPropertyName("querystring")]
        public string[] Query { get; init; } = [];
        public string? Uri { get; init; }
    }
}
