using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Mesh.Edge.Listeners;

/// <summary>Linux socket options that .NET has no name for. Numbers are those of the kernel's headers.</summary>
internal static class RawSocketOptions
{
    private const int SolSocket = 1;
    private const int SoReusePort = 15;
    private const int IpProtoTcp = 6;
    private const int TcpDeferAccept = 9;
    private const int SolIp = 0;
    private const int IpTransparent = 19;
    private const int IpBindAddressNoPort = 24;
    private const int SolIpv6 = 41;
    private const int Ipv6Transparent = 75;
    private const int SoOriginalDst = 80;
    private const int SockAddrIn6Length = 28;

    public static bool Supported => OperatingSystem.IsLinux();

    public static void ReusePort(Socket socket) => Set(socket, SolSocket, SoReusePort, 1);

    /// <param name="seconds">How long the kernel waits for the first byte before it hands the connection over after all.</param>
    public static void DeferAccept(Socket socket, int seconds) => Set(socket, IpProtoTcp, TcpDeferAccept, seconds);

    /// <summary>The socket may take connections to, and connect from, addresses that are not this machine's. Before it is bound.</summary>
    /// <exception cref="SocketException">Among others: the process has neither CAP_NET_ADMIN nor CAP_NET_RAW.</exception>
    public static void Transparent(Socket socket)
    {
        bool v6 = socket.AddressFamily == AddressFamily.InterNetworkV6;
        if (v6)
        {
            Set(socket, SolIpv6, Ipv6Transparent, 1);
        }

        if (!v6 || socket.DualMode)
        {
            Set(socket, SolIp, IpTransparent, 1);
        }
    }

    /// <summary>Binding to port 0 leaves the port to be chosen when the socket connects.</summary>
    public static void BindAddressNoPort(Socket socket) => Set(socket, SolIp, IpBindAddressNoPort, 1);

    /// <summary>
    /// Where the client of an accepted connection wanted to go before a REDIRECT or DNAT rule of this machine turned it to us;
    /// null when none did.
    /// </summary>
    public static IPEndPoint? OriginalDestination(Socket socket)
    {
        bool v4 = socket.LocalEndPoint is IPEndPoint { Address: var local } && (local.AddressFamily == AddressFamily.InterNetwork || local.IsIPv4MappedToIPv6);
        Span<byte> address = stackalloc byte[SockAddrIn6Length];
        try
        {
            socket.GetRawSocketOption(v4 ? SolIp : SolIpv6, SoOriginalDst, address);
        }
        catch (SocketException)
        {
            // The kernel tracks no such connection, or tracks none at all.
            return null;
        }

        // sockaddr_in: family, port, address; sockaddr_in6: family, port, flow label, address.
        int port = BinaryPrimitives.ReadUInt16BigEndian(address[2..]);
        return new IPEndPoint(new IPAddress(v4 ? address.Slice(4, 4) : address.Slice(8, 16)), port);
    }

    private static void Set(Socket socket, int level, int name, int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        if (BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        }
        else
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        }

        socket.SetRawSocketOption(level, name, bytes);
    }
}
