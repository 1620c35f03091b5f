namespace Mesh.Abstractions.Entities;

public sealed record Target : Entity
{
    public required EntityRef Upstream { get; init; }

    /// <summary><c>host:port</c>; IPv6 in brackets.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("target")]
    public required string Address { get; init; }

    /// <summary>0 takes the target out of rotation.</summary>
    public int Weight { get; init; } = 100;
}
