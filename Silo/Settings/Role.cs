namespace Mesh.Silo.Settings;

/// <summary>What one process of <c>mesh start</c> runs.</summary>
internal enum Role
{
    /// <summary>Silo, Admin API and an edge.</summary>
    All,

    /// <summary>Silo and Admin API; edges run elsewhere.</summary>
    Silo,
}
