namespace Mesh.Edge.Guard;

/// <summary>What the bytes of an HTTP/1.1 message did wrong where the server's own parser is lenient or hides it.</summary>
internal enum Http1Violation
{
    None,

    /// <summary>Not digits only, empty, or too large.</summary>
    ContentLength,
    RepeatedContentLength,

    /// <summary>Anything but one <c>chunked</c>.</summary>
    TransferEncoding,
    ChunkedOnHttp10,

    /// <summary>Content-Length and Transfer-Encoding in one message.</summary>
    TwoFramings,
    HeadTooLong,

    /// <summary>A line of the head does not end in CR LF, or too many empty lines stand before it.</summary>
    LineEnding,

    /// <summary>Chunk size, extension or line end malformed.</summary>
    Chunk,

    /// <summary>More chunk framing than the data can justify.</summary>
    ChunkOverhead,

    /// <summary>The server and the inspector do not agree where the message ends.</summary>
    Boundary,
}
