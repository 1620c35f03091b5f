namespace Mesh.Edge.Forwarding;

/// <summary>Whether a failed request may be sent once more.</summary>
internal enum Again
{
    Never,

    /// <summary>The upstream may have acted on it.</summary>
    IfIdempotent,

    /// <summary>Nothing of it was sent.</summary>
    Always,
}
