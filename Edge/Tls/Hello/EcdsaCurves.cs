namespace Mesh.Edge.Tls.Hello;

/// <summary>Curves of ECDSA keys that certificates have.</summary>
[Flags]
internal enum EcdsaCurves : byte
{
    None = 0,
    P256 = 1,
    P384 = 2,
    P521 = 4,
}
