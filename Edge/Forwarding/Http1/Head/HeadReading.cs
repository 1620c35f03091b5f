namespace Mesh.Edge.Forwarding.Http1.Head;

/// <summary>How far a response's head has been read.</summary>
internal enum HeadReading
{
    Incomplete,
    Complete,

    /// <summary>Not a response, or one whose end two readers could see differently.</summary>
    Invalid,
}
