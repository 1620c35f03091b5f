using System.Text.Json.Serialization;

namespace Mesh.Edge.Sync.Remote;

/// <summary>The answer of <c>GET /gateways</c>.</summary>
internal sealed record GatewayDocument(
    [property: JsonPropertyName("cluster_id")] string? ClusterId,
    [property: JsonPropertyName("service_id")] string? ServiceId,
    [property: JsonPropertyName("gateways")] string[]? Gateways);

[JsonSerializable(typeof(GatewayDocument))]
internal sealed partial class GatewayJson : JsonSerializerContext;
