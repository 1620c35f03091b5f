namespace Mesh.Edge.Forwarding.Http1.Head;

/// <summary>What a response's header line is to us.</summary>
internal enum HeaderRole
{
    /// <summary>Passed on.</summary>
    Plain,

    /// <summary>Concerns the connection; not passed on.</summary>
    HopByHop,
    Connection,
    TransferEncoding,
    ContentLength,
}
