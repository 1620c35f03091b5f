namespace Mesh.Edge.ProxyProtocol;

internal enum ProxyHeaderState
{
    /// <summary>So far it can become a header.</summary>
    Incomplete,
    Invalid,
    Whole,
}
