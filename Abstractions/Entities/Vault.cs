namespace Mesh.Abstractions.Entities;

/// <summary>A name under which references find secrets.</summary>
public sealed record Vault : Entity
{
    /// <summary>What stands first in a reference: <c>{vault://prefix/name}</c>.</summary>
    public required string Prefix { get; init; }

    /// <summary>Kind of vault; <c>env</c> is the environment of the edge.</summary>
    public required string Name { get; init; }
    public VaultConfig? Config { get; init; }
}

/// <param name="Prefix">Put before the name of the environment variable.</param>
public sealed record VaultConfig(string? Prefix);
