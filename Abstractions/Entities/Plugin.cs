using System.Text.Json;

namespace Mesh.Abstractions.Entities;

public sealed record Plugin : Entity
{
    public required string Name { get; init; }
    public string? InstanceName { get; init; }
    public EntityRef? Route { get; init; }
    public EntityRef? Service { get; init; }
    public EntityRef? Consumer { get; init; }
    public JsonElement Config { get; init; }
    public string[] Protocols { get; init; } = ["grpc", "grpcs", "http", "https"];
    public bool Enabled { get; init; } = true;
}
