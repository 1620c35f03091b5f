using System.Buffers.Binary;
using System.Net.Sockets;

namespace Mesh.Edge.Listeners;

/// <summary>Linux socket options that .NET has no name for. Numbers are those of the kernel's headers.</summary>
internal static class RawSocketOptions
{
    private const int SolSocket = 1;
    private const int SoReusePort = 15;
    private const int IpProtoTcp = 6;
    private const int TcpDeferAccept = 9;

    public static bool Supported => OperatingSystem.IsLinux();

    public static void ReusePort(Socket socket) => Set(socket, SolSocket, SoReusePort, 1);

    /// <param name="seconds">How long the kernel waits for the first byte before it hands the connection over after all.</param>
    public static void DeferAccept(Socket socket, int seconds) => Set(socket, IpProtoTcp, TcpDeferAccept, seconds);

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
