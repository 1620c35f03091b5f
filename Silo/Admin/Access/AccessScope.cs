namespace Mesh.Silo.Admin.Access;

/// <summary>What a path is about, for callers that are bound to a workspace or to tags.</summary>
internal enum AccessScope
{
    /// <summary>Nothing that belongs to anybody: schemas, the document of the paths.</summary>
    Open,

    /// <summary>The node or the fleet: bound callers may look, not touch.</summary>
    Node,

    /// <summary>Single entities: those bound to tags see and write theirs.</summary>
    Entities,

    /// <summary>A whole workspace at once: not for those bound to tags.</summary>
    Workspace,

    /// <summary>Access itself: not for anybody bound.</summary>
    Access,
}
