using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Mesh.Edge.Streams.Udp;

/// <summary>
/// Linux's <c>recvmsg</c> and <c>sendmsg</c>, which tell where a datagram was sent to and set where one comes from; .NET's
/// sockets do neither for ports. Numbers and layouts are those of the kernel's headers on 64 bits.
/// </summary>
internal static unsafe class DatagramCalls
{
    /// <summary>Nothing has come, or there is no room to send.</summary>
    public const int WouldBlock = -11;

    /// <summary>A signal came first: once more.</summary>
    public const int Interrupted = -4;

    /// <summary>Among others: the datagram may not come from that address.</summary>
    public const int InvalidArgument = -22;

    private const int DontWait = 0x40;
    private const int SolIp = 0;
    private const int IpPktInfo = 8;
    private const int IpOriginalDestination = 20;
    private const int SolIpv6 = 41;
    private const int Ipv6PktInfo = 50;
    private const int Ipv6OriginalDestination = 74;
    private const int SockAddrIn6Length = 28;
    private const int ControlRoom = 256;

    /// <summary>Whether the calls can be made here.</summary>
    public static bool Supported { get; } = OperatingSystem.IsLinux() && Environment.Is64BitProcess && BitConverter.IsLittleEndian;

    /// <summary>Has the kernel tell where datagrams were sent to.</summary>
    public static void AskDestinations(Socket socket)
    {
        ReadOnlySpan<byte> on = [1, 0, 0, 0];
        bool v6 = socket.AddressFamily == AddressFamily.InterNetworkV6;
        if (v6)
        {
            socket.SetRawSocketOption(SolIpv6, Ipv6OriginalDestination, on);
        }

        if (!v6 || socket.DualMode)
        {
            socket.SetRawSocketOption(SolIp, IpOriginalDestination, on);
        }
    }

    /// <summary>Takes a datagram without waiting.</summary>
    /// <returns>Its length; negative: the system's error.</returns>
    public static int Receive(Socket socket, Span<byte> buffer, DatagramPath path)
    {
        byte* name = stackalloc byte[SockAddrIn6Length];
        long* control = stackalloc long[ControlRoom / sizeof(long)];
        fixed (byte* data = buffer)
        {
            var part = new Part { Base = data, Length = (nuint)buffer.Length };
            var message = new Message { Name = name, NameLength = SockAddrIn6Length, Parts = &part, PartCount = 1, Control = control, ControlLength = ControlRoom };
            int count = (int)recvmsg(socket.SafeHandle, &message, DontWait);
            if (count < 0)
            {
                return -Marshal.GetLastPInvokeError();
            }

            path.SetFrom(new ReadOnlySpan<byte>(name, (int)message.NameLength));
            byte* at = (byte*)control;
            byte* end = at + message.ControlLength;
            while (at + sizeof(ControlHeader) <= end)
            {
                var header = (ControlHeader*)at;
                if (header->Length < (nuint)sizeof(ControlHeader) || at + header->Length > end)
                {
                    break;
                }

                if ((header->Level, header->Type) is (SolIp, IpOriginalDestination) or (SolIpv6, Ipv6OriginalDestination))
                {
                    path.SetTo(new ReadOnlySpan<byte>(at + sizeof(ControlHeader), (int)header->Length - sizeof(ControlHeader)));
                }

                at += (header->Length + (nuint)sizeof(long) - 1) & ~((nuint)sizeof(long) - 1);
            }

            return count;
        }
    }

    /// <summary>Sends to the client of the path, from the address that the client asked, without waiting. The port is the socket's.</summary>
    /// <returns>Bytes sent; negative: the system's error.</returns>
    public static int Send(Socket socket, ReadOnlySpan<byte> datagram, DatagramPath path)
    {
        bool v4 = path.To.Family == AddressFamily.InterNetwork;

        // in_pktinfo: interface, source, destination; in6_pktinfo: source, interface. The interface is the routing table's to choose.
        int length = v4 ? 12 : 20;
        long* control = stackalloc long[ControlRoom / sizeof(long)];
        new Span<byte>(control, ControlRoom).Clear();
        var header = (ControlHeader*)control;
        header->Length = (nuint)(sizeof(ControlHeader) + length);
        header->Level = v4 ? SolIp : SolIpv6;
        header->Type = v4 ? IpPktInfo : Ipv6PktInfo;
        var info = new Span<byte>((byte*)control + sizeof(ControlHeader), length);
        ReadOnlySpan<byte> asked = path.To.Buffer.Span;
        if (v4)
        {
            asked.Slice(4, 4).CopyTo(info[4..]);
        }
        else
        {
            asked.Slice(8, 16).CopyTo(info);
        }

        fixed (byte* data = datagram, name = path.From.Buffer.Span)
        {
            var part = new Part { Base = data, Length = (nuint)datagram.Length };
            int space = (sizeof(ControlHeader) + length + sizeof(long) - 1) & ~(sizeof(long) - 1);
            var message = new Message { Name = name, NameLength = (uint)path.From.Size, Parts = &part, PartCount = 1, Control = control, ControlLength = (nuint)space };
            int count = (int)sendmsg(socket.SafeHandle, &message, DontWait);
            return count < 0 ? -Marshal.GetLastPInvokeError() : count;
        }
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint recvmsg(SafeSocketHandle socket, Message* message, int flags);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint sendmsg(SafeSocketHandle socket, Message* message, int flags);

    /// <summary><c>iovec</c>.</summary>
    private struct Part
    {
        public byte* Base;
        public nuint Length;
    }

    /// <summary><c>cmsghdr</c>.</summary>
    private struct ControlHeader
    {
        public nuint Length;
        public int Level;
        public int Type;
    }

    /// <summary><c>msghdr</c>.</summary>
    private struct Message
    {
        public byte* Name;
        public uint NameLength;
        public Part* Parts;
        public nuint PartCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }
}
