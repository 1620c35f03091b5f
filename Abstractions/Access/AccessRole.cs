namespace Mesh.Abstractions.Access;

/// <summary>What a caller of the Admin API may do at all.</summary>
public enum AccessRole
{
    /// <summary>Everything.</summary>
    Admin,

    /// <summary>Reads and writes configuration; is shown no secrets and decides nothing about access.</summary>
    Operator,

    /// <summary>Reads, without secrets.</summary>
    Viewer,

    /// <summary>What an edge needs to find the silos.</summary>
    Edge,
}
