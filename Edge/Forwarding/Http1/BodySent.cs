namespace Mesh.Edge.Forwarding.Http1;

/// <summary>How far a request went onto the wire.</summary>
internal enum BodySent
{
    Whole,

    /// <summary>Not all: the upstream answers already, or takes no more. What it says comes next.</summary>
    CutShort,

    /// <summary>The client's body could not be read.</summary>
    ClientFailed,
}
