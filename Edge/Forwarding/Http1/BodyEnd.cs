namespace Mesh.Edge.Forwarding.Http1;

/// <summary>How the passing on of a response body ended.</summary>
internal enum BodyEnd
{
    Complete,

    /// <summary>The upstream broke off, or broke the framing.</summary>
    Broken,

    /// <summary>The client does not take it any more.</summary>
    ClientGone,
}
