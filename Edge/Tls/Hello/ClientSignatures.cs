using System.Buffers.Binary;
using System.Net.Security;

namespace Mesh.Edge.Tls.Hello;

/// <summary>What a client said of the certificates that it can verify: enough to choose between RSA and ECDSA.</summary>
internal readonly record struct ClientSignatures
{
    private const ushort Tls13Version = 0x0304;
    private const byte EcdsaAlgorithm = 3;

    /// <summary>TLS 1.3 is offered (RFC 8446, section 4.2.1).</summary>
    public bool Tls13 { get; private init; }

    /// <summary>Curves named by signature schemes, which bind the curve in TLS 1.3 only (RFC 8446, section 4.2.3).</summary>
    private EcdsaCurves Schemes { get; init; }

    /// <summary>Curves named by supported groups, which bind the certificate's curve in TLS 1.2 (RFC 8422, section 5.1.1).</summary>
    private EcdsaCurves Groups { get; init; }

    private EcdsaSuites Suites { get; init; }

    /// <summary>Whether the client can verify an ECDSA certificate of that curve.</summary>
    /// <param name="tls13">The version that will be spoken.</param>
    /// <param name="served">The suites that the server has for TLS 1.2.</param>
    public bool CanVerify(EcdsaCurves curve, bool tls13, EcdsaSuites served) =>
        tls13 ? (Schemes & curve) != 0 : Schemes != 0 && (Groups & curve) != 0 && (Suites & served) != 0;

    public static ClientSignatures OfSuites(ReadOnlySpan<byte> suites)
    {
        EcdsaSuites known = EcdsaSuites.None;
        for (; suites.Length >= sizeof(ushort); suites = suites[sizeof(ushort)..])
        {
            known |= SuiteOf((TlsCipherSuite)BinaryPrimitives.ReadUInt16BigEndian(suites));
        }

        return new ClientSignatures { Suites = known };
    }

    public static EcdsaSuites SuiteOf(TlsCipherSuite suite) => suite switch
    {
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 => EcdsaSuites.Aes128Gcm,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 => EcdsaSuites.Aes256Gcm,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 => EcdsaSuites.ChaCha20,
        _ => EcdsaSuites.None,
    };

    /// <param name="list">Whole entries of <c>supported_versions</c>.</param>
    public ClientSignatures WithVersions(ReadOnlySpan<byte> list)
    {
        bool found = Tls13;
        for (; list.Length >= sizeof(ushort); list = list[sizeof(ushort)..])
        {
            found |= BinaryPrimitives.ReadUInt16BigEndian(list) == Tls13Version;
        }

        return this with { Tls13 = found };
    }

    /// <param name="list">Whole entries of <c>signature_algorithms</c>.</param>
    public ClientSignatures WithSchemes(ReadOnlySpan<byte> list)
    {
        EcdsaCurves curves = Schemes;
        for (; list.Length >= sizeof(ushort); list = list[sizeof(ushort)..])
        {
            curves |= (list[0], list[1]) switch
            {
                (4, EcdsaAlgorithm) => EcdsaCurves.P256,
                (5, EcdsaAlgorithm) => EcdsaCurves.P384,
                (6, EcdsaAlgorithm) => EcdsaCurves.P521,
                _ => EcdsaCurves.None,
            };
        }

        return this with { Schemes = curves };
    }

    /// <param name="list">Whole entries of <c>supported_groups</c>.</param>
    public ClientSignatures WithGroups(ReadOnlySpan<byte> list)
    {
        EcdsaCurves curves = Groups;
        for (; list.Length >= sizeof(ushort); list = list[sizeof(ushort)..])
        {
            curves |= BinaryPrimitives.ReadUInt16BigEndian(list) switch
            {
                23 => EcdsaCurves.P256,
                24 => EcdsaCurves.P384,
                25 => EcdsaCurves.P521,
                _ => EcdsaCurves.None,
            };
        }

        return this with { Groups = curves };
    }
}
