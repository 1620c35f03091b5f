namespace Mesh.Edge.Tls;

/// <summary>What is inside the TLS, and with it what is agreed on by ALPN.</summary>
internal enum TlsUse
{
    /// <summary>HTTP/1.1 only.</summary>
    Http1,

    /// <summary>HTTP/2 and HTTP/1.1.</summary>
    Http2,

    /// <summary>Anything: a client that offers a protocol must not be refused for it.</summary>
    Stream,
}
