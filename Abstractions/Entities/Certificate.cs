namespace Mesh.Abstractions.Entities;

public sealed record Certificate : Entity
{
    /// <summary>PEM, leaf first.</summary>
    public required string Cert { get; init; }

    /// <summary>PEM.</summary>
    public required string Key { get; init; }
    public string? CertAlt { get; init; }
    public string? KeyAlt { get; init; }
}

public sealed record Sni : Entity
{
    public required string Name { get; init; }
    public required EntityRef Certificate { get; init; }
}

public sealed record CaCertificate : Entity
{
    public required string Cert { get; init; }
    public string? CertDigest { get; init; }
}
