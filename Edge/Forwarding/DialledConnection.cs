using System.Net.Security;
using System.Net.Sockets;

namespace Mesh.Edge.Forwarding;

/// <summary>A connection just made to a target.</summary>
/// <param name="Tls">Owns the socket; null for clear text.</param>
internal readonly record struct DialledConnection(Socket Socket, SslStream? Tls);
