namespace Mesh.Edge.Forwarding.Http1;

/// <summary>Who may touch a kept connection.</summary>
internal enum ConnectionState
{
    /// <summary>An exchange has it.</summary>
    Active,

    /// <summary>In the pool.</summary>
    Idle,

    /// <summary>The watch looks at it, for a moment.</summary>
    Watched,

    /// <summary>Closed; whoever finds it in the pool drops it.</summary>
    Dead,
}
