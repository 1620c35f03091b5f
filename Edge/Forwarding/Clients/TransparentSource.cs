using System.Net;
using System.Net.Sockets;
using Mesh.Edge.Listeners;

namespace Mesh.Edge.Forwarding.Clients;

/// <summary>Sockets that connect from an address that is not this machine's.</summary>
internal static class TransparentSource
{
    /// <summary>Why this process can have none; null when it can.</summary>
    public static string? Problem()
    {
        if (!RawSocketOptions.Supported)
        {
            return "preserve_source needs Linux";
        }

        try
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            RawSocketOptions.Transparent(probe);
            return null;
        }
        catch (SocketException denied)
        {
            return denied.SocketErrorCode == SocketError.AccessDenied ? "preserve_source needs the capability CAP_NET_ADMIN" : $"preserve_source: {denied.Message}";
        }
    }

    /// <summary>The port is chosen when the socket connects, so that the client's address has as many as there are targets times ports.</summary>
    /// <exception cref="SocketException">The kernel does not give the address.</exception>
    public static void Bind(Socket socket, IPAddress source)
    {
        RawSocketOptions.Transparent(socket);
        RawSocketOptions.BindAddressNoPort(socket);
        socket.Bind(new IPEndPoint(source, 0));
    }
}
