using System.Net;
using System.Text.Json.Nodes;

namespace Mesh.Edge.Tests.Plugins.RealSockets;

/// <summary>An answer read to its end.</summary>
internal sealed record Reply(HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string? Message => (string?)JsonNode.Parse(Body)!["message"];

    public string? this[string header] => Headers.GetValueOrDefault(header);

    /// <summary>A header as it reached the upstream; null when it did not.</summary>
    public string? Seen(string header) => (string?)JsonNode.Parse(Body)!["headers"]![header];

    public string? SeenTarget => (string?)JsonNode.Parse(Body)!["target"];

    public string? SeenBody => (string?)JsonNode.Parse(Body)!["body"];
}
