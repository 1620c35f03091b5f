namespace Mesh.Edge.Listeners;

/// <summary>What a connection speaks below HTTP; one virtual endpoint of the server for each.</summary>
internal enum ConnectionKind
{
    /// <summary>Clear text, HTTP/1.1.</summary>
    Http1,

    /// <summary>Clear text, HTTP/2 by prior knowledge.</summary>
    Http2,

    /// <summary>TLS, HTTP/1.1 only.</summary>
    TlsHttp1,

    /// <summary>TLS, HTTP/2 and HTTP/1.1 by ALPN.</summary>
    TlsHttp2,
}
