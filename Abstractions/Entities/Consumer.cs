namespace Mesh.Abstractions.Entities;

public sealed record Consumer : Entity
{
    public string? Username { get; init; }
    public string? CustomId { get; init; }
}
