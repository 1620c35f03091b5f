namespace Mesh.Grains.Workspaces;

/// <summary>How the log in the store stands to the workspace in memory.</summary>
internal enum CatchUp
{
    Same,

    /// <summary>Another writer appended; its commits were taken over.</summary>
    Moved,

    /// <summary>The log in the store is not a continuation of what is in memory: load it afresh.</summary>
    WentBack,

    /// <summary>The store has lost everything. Memory is all that is left; edges must not be told that the workspace is empty.</summary>
    StoreEmptied,
}
