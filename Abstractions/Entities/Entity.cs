using System.Text.Json.Serialization;

namespace Mesh.Abstractions.Entities;

/// <summary>What every entity has. Records are how code reads the canonical JSON; the JSON itself is what is stored.</summary>
public abstract record Entity
{
    public required Guid Id { get; init; }

    public string[]? Tags { get; init; }
}

/// <summary>A foreign reference, <c>{"id": …}</c> in JSON.</summary>
public sealed record EntityRef(Guid Id);
