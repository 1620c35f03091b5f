namespace Mesh.Edge.Tls.Hello;

/// <summary>Cipher suites of TLS 1.2 that need an ECDSA certificate and that every profile may serve.</summary>
[Flags]
internal enum EcdsaSuites : byte
{
    None = 0,

    /// <summary>TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256.</summary>
    Aes128Gcm = 1,

    /// <summary>TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384.</summary>
    Aes256Gcm = 2,

    /// <summary>TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256.</summary>
    ChaCha20 = 4,
}
