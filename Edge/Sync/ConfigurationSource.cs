namespace Mesh.Edge.Sync;

/// <summary>Where the configuration that is served came from.</summary>
internal enum ConfigurationSource
{
    /// <summary>There is none yet.</summary>
    None,

    /// <summary>The last-known-good configuration on disk; the control plane has not been heard since the start.</summary>
    Disk,

    ControlPlane,
}
