using System.Text.Json.Nodes;
using Mesh.Abstractions.Schemas;

namespace Mesh.Edge.Plugins.RequestTermination;

internal sealed record RequestTerminationSettings
{
    public static PluginSchema Schema { get; } = new()
    {
        Name = "request-termination",
        Version = ConfigFields.Version,
        Priority = 2,
        Config =
        [
            Field.Integer("status_code") with { Required = true, Default = "503", Min = 100, Max = 599, Description = "Status of the answer." },
            Field.String("message") with { Description = "Message in Kong's JSON form." },
            Field.String("content_type") with { Description = "Content type of the body." },
            Field.String("body") with { Description = "Body as it stands." },
            ConfigFields.Flag("echo", false) with { Description = "Answer with a description of the request." },
            ConfigFields.HeaderName("trigger") with { Description = "Answer only requests with this header or query argument." },
        ],
        Checks = [new EntityCheck.Custom(Check) { Sources = ["config"] }],
    };

    public required int StatusCode { get; init; }
    public string? Message { get; init; }
    public string? ContentType { get; init; }
    public string? Body { get; init; }
    public required bool Echo { get; init; }
    public string? Trigger { get; init; }

    private static IEnumerable<(string Field, string Message)> Check(JsonObject plugin)
    {
        JsonNode? config = plugin["config"];
        bool message = IsPresent(config?["message"]);
        bool contentType = IsPresent(config?["content_type"]);
        bool body = IsPresent(config?["body"]);
        bool echo = config?["echo"] is JsonValue flag && flag.TryGetValue(out bool on) && on;
        string? problem =
            message && (contentType || body) ? "message cannot be used with content_type or body"
            : contentType && !body ? "content_type requires a body"
            : echo && (contentType || body) ? "echo cannot be used with content_type and body"
            : null;
        return problem is null ? [] : [("config", problem)];
    }

    private static bool IsPresent(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0;
}
