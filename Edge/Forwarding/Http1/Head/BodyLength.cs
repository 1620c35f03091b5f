namespace Mesh.Edge.Forwarding.Http1.Head;

/// <summary>How a response says where its body ends.</summary>
internal enum BodyLength
{
    /// <summary>There is no body.</summary>
    None,

    /// <summary>After as many bytes as Content-Length says.</summary>
    Counted,

    /// <summary>By its chunks.</summary>
    Chunked,

    /// <summary>With the connection.</summary>
    ToEnd,
}
