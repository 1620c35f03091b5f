namespace Mesh.Edge.Tls;

/// <summary>Kong's <c>ssl_cipher_suite</c>, after Mozilla's recommendations.</summary>
internal enum TlsSuites
{
    /// <summary>TLS 1.3 alone.</summary>
    Modern,

    /// <summary>TLS 1.2 with forward secrecy and authenticated encryption, and TLS 1.3.</summary>
    Intermediate,

    /// <summary>TLS 1.2 with whatever clients of ten years ago know, and TLS 1.3.</summary>
    Old,

    /// <summary>TLS 1.2 with the suites that <c>ssl_ciphers</c> lists, and TLS 1.3.</summary>
    Custom,
}
