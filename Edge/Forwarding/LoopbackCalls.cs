using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Mesh.Edge.Forwarding;

/// <summary>
/// Connections that the edge of this process makes to servers of this process that trust loopback: an Admin API that believes who is
/// on this machine must be able to tell a service, which anybody with the right to write one can point at it, from a caller.
/// Nothing is kept, and nothing costs, where no port is watched.
/// </summary>
internal static class LoopbackCalls
{
    /// <summary>Ports, and how many servers asked for each.</summary>
    private static readonly ConcurrentDictionary<int, int> watched = new();

    /// <summary>Where calls come from that were not taken yet: at most one for each port of this machine.</summary>
    private static readonly ConcurrentDictionary<IPEndPoint, byte> calls = new();

    public static void Watch(int port) => watched.AddOrUpdate(port, 1, (_, servers) => servers + 1);

    public static void Unwatch(int port)
    {
        while (watched.TryGetValue(port, out int servers))
        {
            bool done = servers == 1 ? watched.TryRemove(new(port, servers)) : watched.TryUpdate(port, servers - 1, servers);
            if (done)
            {
                return;
            }
        }
    }

    /// <summary>
    /// Before a socket connects: it gets its address now, for the server may see the connection before <c>connect</c> returns.
    /// </summary>
    /// <returns>For <see cref="Forget"/> when it does not connect; null for a call that nobody watches.</returns>
    /// <exception cref="SocketException">It has an address already and would look like somebody else's.</exception>
    public static IPEndPoint? Announce(Socket socket, IPEndPoint to)
    {
        if (!watched.ContainsKey(to.Port) || !IsHere(to.Address))
        {
            return null;
        }

        if (socket.IsBound)
        {
            throw new SocketException((int)SocketError.AccessDenied);
        }

        socket.Bind(new IPEndPoint(to.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback, 0));
        var from = (IPEndPoint)socket.LocalEndPoint!;
        calls[from] = 0;
        return from;
    }

    public static void Forget(IPEndPoint? from)
    {
        if (from is not null)
        {
            calls.TryRemove(from, out _);
        }
    }

    /// <summary>Once for each connection, when the server accepts it: whether this process made it.</summary>
    public static bool Take(IPEndPoint from) =>
        !calls.IsEmpty && calls.TryRemove(from.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(from.Address.MapToIPv4(), from.Port) : from, out _);

    /// <summary>The unspecified address, too, leads to this machine.</summary>
    private static bool IsHere(IPAddress address) =>
        IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
