namespace Mesh.Abstractions.Access;

/// <summary>What became of a new token.</summary>
public enum TokenCreation
{
    /// <summary>Durable, and good at every silo.</summary>
    Created,

    /// <summary>Another token has the name.</summary>
    NameTaken,

    /// <summary>There are as many tokens as there may be.</summary>
    TooMany,
}
