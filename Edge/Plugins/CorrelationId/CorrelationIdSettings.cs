using System.Text.Json.Nodes;
using Mesh.Abstractions.Schemas;
using Mesh.Edge.Plugins.Fields;

namespace Mesh.Edge.Plugins.CorrelationId;

internal sealed record CorrelationIdSettings
{
    public const string Uuid = "uuid";
    public const string UuidCounter = "uuid#counter";
    public const string Tracker = "tracker";

    public static PluginSchema Schema { get; } = new()
    {
        Name = "correlation-id",
        Version = ConfigFields.Version,
        Priority = 100_001,
        Config =
        [
            Field.String("header_name") with
            {
                Default = "\"Kong-Request-ID\"",
                Check = HeaderProblem,
                Description = "Header that carries the id.",
            },
            Field.String("generator") with
            {
                Required = true,
                Default = $"\"{UuidCounter}\"",
                OneOf = [Uuid, UuidCounter, Tracker],
                Description = "uuid: a new one each time; uuid#counter: one of the edge's process and a number; tracker: address, port, process, connection, request, time.",
            },
            ConfigFields.Flag("echo_downstream", false) with { Description = "The client is told the id too." },
        ],
    };

    public required string HeaderName { get; init; }
    public required string Generator { get; init; }
    public required bool EchoDownstream { get; init; }

    /// <summary>What frames a message, and Host, mean something else than an id.</summary>
    public static bool IsUsable(string name) => ConfigFields.IsHeaderName(name) && !HeaderFields.IsFixed(name);

    private static string? HeaderProblem(JsonNode node)
    {
        string name = node.GetValue<string>();
        return IsUsable(name) ? null : $"'{name}' is not a valid header";
    }
}
