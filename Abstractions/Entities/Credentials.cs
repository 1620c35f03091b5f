namespace Mesh.Abstractions.Entities;

public sealed record KeyAuthCredential : Entity
{
    public required EntityRef Consumer { get; init; }
    public required string Key { get; init; }

    /// <summary>Seconds to live from <see cref="CreatedAt"/>; null lives for ever.</summary>
    public int? Ttl { get; init; }

    /// <summary>Unix seconds.</summary>
    public long CreatedAt { get; init; }
}

public sealed record BasicAuthCredential : Entity
{
    public required EntityRef Consumer { get; init; }
    public required string Username { get; init; }

    /// <summary>Hex SHA-1 of password and consumer id, as Kong stores it.</summary>
    public required string Password { get; init; }
}

public sealed record Acl : Entity
{
    public required EntityRef Consumer { get; init; }
    public required string Group { get; init; }
}
