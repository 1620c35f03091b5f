using System.Globalization;
using System.Net.Sockets;

namespace Mesh.Edge.Listeners;

/// <summary>
/// Descriptors that clients may not take: connections to targets need some, and so does the runtime, which ends the
/// process when it cannot open a library that it needs for the first time.
/// </summary>
internal static class DescriptorReserve
{
    private const int LeastReserve = 64;
    private const int MostReserve = 1024;

    /// <summary>Of the reserve, what connections to targets may not take either.</summary>
    private const int RuntimesOwn = LeastReserve / 2;

    /// <summary>One part of so many is kept, between the two bounds.</summary>
    private const int ReservedPart = 8;

    /// <summary>Descriptors that the process may have open; null when there is no limit, or none that can be read.</summary>
    public static int? Limit { get; } = ReadLimit();

    /// <summary>Numbers from here on are kept.</summary>
    private static readonly int first = FirstKept(Limit);

    /// <summary>The kernel gives the lowest number that is free: one of the reserve says that all below are taken.</summary>
    public static bool IsTouchedBy(Socket accepted) => accepted.SafeHandle.DangerousGetHandle() >= first;

    /// <summary>A socket for a connection to a target.</summary>
    /// <exception cref="SocketException">The process has too few descriptors left.</exception>
    public static Socket Dial(AddressFamily family, SocketType type)
    {
        var socket = new Socket(family, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
        if (Limit is not { } limit || socket.SafeHandle.DangerousGetHandle() < Math.Max(limit / 2, limit - RuntimesOwn))
        {
            return socket;
        }

        socket.Dispose();
        throw new SocketException((int)SocketError.TooManyOpenSockets);
    }

    internal static int FirstKept(int? limit) =>
        limit is { } all ? Math.Max(all / 2, all - Math.Clamp(all / ReservedPart, LeastReserve, MostReserve)) : int.MaxValue;

    private static int? ReadLimit()
    {
        const string name = "Max open files";
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            string? line = File.ReadLines("/proc/self/limits").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
            string? soft = line?[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
            return int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) ? limit : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
