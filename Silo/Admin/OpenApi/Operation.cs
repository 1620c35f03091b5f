using System.Text.Json.Nodes;

namespace Mesh.Silo.Admin.OpenApi;

/// <summary>What the document says of one method of one path.</summary>
/// <param name="Tag">Under which it stands.</param>
/// <param name="Summary">One line.</param>
internal sealed record Operation(string Tag, string Summary)
{
    public string? Description { get; init; }

    /// <summary>Names of shared parameters (<see cref="SharedParts"/>).</summary>
    public IReadOnlyList<string> Parameters { get; init; } = [];

    /// <summary>Query parameters of its own.</summary>
    public IReadOnlyList<(string Name, JsonObject Schema, string Description)> Query { get; init; } = [];

    /// <summary>Schema of the body; null for none.</summary>
    public JsonObject? Body { get; init; }

    /// <summary>Media types of the body beside JSON.</summary>
    public IReadOnlyList<string> BodyTypes { get; init; } = [];

    public JsonNode? BodyExample { get; init; }

    /// <summary>By status: description and schema; null for no body.</summary>
    public required IReadOnlyList<(int Status, string Description, JsonObject? Schema)> Answers { get; init; }

    /// <summary>Media type of the answers.</summary>
    public string AnswerType { get; init; } = "application/json";

    /// <summary>Statuses of errors beside those that every operation has.</summary>
    public IReadOnlyList<int> Errors { get; init; } = [];
}
