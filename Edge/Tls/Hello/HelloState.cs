namespace Mesh.Edge.Tls.Hello;

/// <summary>How far the first message of a TLS client has come.</summary>
internal enum HelloState
{
    /// <summary>So far it may be one.</summary>
    Incomplete,

    Complete,

    /// <summary>The client does not speak TLS.</summary>
    NotTls,

    /// <summary>It begins like a hello and is none, or is larger than <see cref="HelloReader.MaxBytes"/>.</summary>
    Malformed,
}
