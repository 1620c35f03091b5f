namespace Mesh.Silo.Settings;

/// <summary>Who needs a credential at the Admin API.</summary>
internal enum AdminAuthentication
{
    /// <summary>Everybody but callers on this machine.</summary>
    Loopback,

    /// <summary>Everybody.</summary>
    Required,
}
