using System.Net;
using System.Net.Sockets;

namespace Mesh.Edge.Listeners;

/// <summary>Sockets that listen, or why they do not.</summary>
internal sealed record BindOutcome(IReadOnlyList<Socket> Sockets, string? Reason);

/// <summary>Turns a directive into listening sockets with its flags set. What can be expected to fail is a value.</summary>
internal static class SocketBinder
{
    private const int DefaultBacklog = 4096;

    /// <summary>Seconds a connection without data stays in the kernel under <c>deferred</c>.</summary>
    private const int DeferredSeconds = 10;

    public static async ValueTask<BindOutcome> BindAsync(ListenDirective directive, CancellationToken cancellation)
    {
        if (Unserved(directive) is { } reason)
        {
            return new BindOutcome([], reason);
        }

        var sockets = new List<Socket>();
        try
        {
            foreach (EndPoint endPoint in await ResolveAsync(directive, cancellation))
            {
                sockets.Add(Listen(directive, endPoint));
            }

            return new BindOutcome(sockets, null);
        }
        catch (SocketException failure)
        {
            sockets.ForEach(socket => socket.Dispose());
            return new BindOutcome([], Explain(directive, failure));
        }
        catch (IOException failure)
        {
            sockets.ForEach(socket => socket.Dispose());
            return new BindOutcome([], $"{directive.Address}: {failure.Message}");
        }
        catch (UnauthorizedAccessException failure)
        {
            sockets.ForEach(socket => socket.Dispose());
            return new BindOutcome([], $"{directive.Address}: no permission: {failure.Message}");
        }
    }

    /// <summary>Why this build does not serve the directive; null when it does.</summary>
    private static string? Unserved(ListenDirective directive) => directive switch
    {
        { Udp: true, UnixPath: not null } or { Udp: true, ProxyProtocol: true } => "udp goes neither with unix sockets nor with proxy_protocol",
        { Transparent: true, UnixPath: not null } => "transparent is for IP addresses, not for unix sockets",
        { Transparent: true } when !RawSocketOptions.Supported => "transparent needs Linux",
        { Deferred: true } or { ReusePort: true } when !RawSocketOptions.Supported => "deferred and reuseport need Linux",
        { UnixPath: not null, ReusePort: true } or { UnixPath: not null, Deferred: true } => "reuseport and deferred are for TCP, not for unix sockets",
        _ => null,
    };

    private static async ValueTask<IReadOnlyList<EndPoint>> ResolveAsync(ListenDirective directive, CancellationToken cancellation)
    {
        if (directive.UnixPath is { } path)
        {
            return [new UnixDomainSocketEndPoint(path)];
        }

        if (IPAddress.TryParse(directive.Host, out IPAddress? address))
        {
            return [new IPEndPoint(address, directive.Port)];
        }

        IPAddress[] resolved = await Dns.GetHostAddressesAsync(directive.Host, cancellation);
        IEnumerable<IPAddress> usable = resolved.Distinct().Where(a => a.AddressFamily == AddressFamily.InterNetwork || Socket.OSSupportsIPv6);

        // A port chosen by the system can only be had for one address.
        return [.. usable.Take(directive.Port == 0 ? 1 : int.MaxValue).Select(a => new IPEndPoint(a, directive.Port))];
    }

    private static Socket Listen(ListenDirective directive, EndPoint endPoint) =>
        InheritedSockets.OfProcess.Take(endPoint, directive.Udp ? SocketType.Dgram : SocketType.Stream) is { } passed
            ? Adopt(passed, directive, endPoint)
            : Create(directive, endPoint);

    /// <summary>A socket that is bound already; of the flags those count that can be set on one.</summary>
    private static Socket Adopt(Socket socket, ListenDirective directive, EndPoint endPoint)
    {
        try
        {
            if (directive.Transparent)
            {
                MakeTransparent(socket);
            }

            if (directive is { KeepAlive: { } probe, Udp: false } && endPoint is IPEndPoint)
            {
                Apply(probe, socket);
            }

            if (!directive.Udp)
            {
                socket.Listen(directive.Backlog ?? DefaultBacklog);
            }

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Socket Create(ListenDirective directive, EndPoint endPoint)
    {
        Socket socket = New(directive, endPoint);
        try
        {
            if (endPoint is IPEndPoint { AddressFamily: AddressFamily.InterNetworkV6 })
            {
                socket.DualMode = directive.Ipv6Only is false;
            }

            if (directive.Transparent)
            {
                MakeTransparent(socket);
            }

            if (directive.ReusePort)
            {
                RefuseSharing(directive, endPoint);
                RawSocketOptions.ReusePort(socket);
            }

            if (directive is { KeepAlive: { } probe, Udp: false } && endPoint is IPEndPoint)
            {
                Apply(probe, socket);
            }

            if (directive.UnixPath is { } path)
            {
                UnixSocketFile.RemoveStale(path);
            }

            socket.Bind(endPoint);
            if (directive.Deferred)
            {
                RawSocketOptions.DeferAccept(socket, DeferredSeconds);
            }

            if (!directive.Udp)
            {
                socket.Listen(directive.Backlog ?? DefaultBacklog);
            }

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Socket New(ListenDirective directive, EndPoint endPoint) => directive.Udp
        ? new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp)
        : new Socket(endPoint.AddressFamily, SocketType.Stream, endPoint is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);

    private static void MakeTransparent(Socket socket)
    {
        try
        {
            RawSocketOptions.Transparent(socket);
        }
        catch (SocketException denied) when (denied.SocketErrorCode is SocketError.AccessDenied)
        {
            throw new IOException("transparent needs the capability CAP_NET_ADMIN", denied);
        }
    }

    /// <summary>
    /// With the flag set, the kernel would let a second gateway listen beside a first one without a word, each taking a part
    /// of the connections. A socket without the flag is told of anyone who listens already.
    /// </summary>
    private static void RefuseSharing(ListenDirective directive, EndPoint endPoint)
    {
        using Socket probe = New(directive, endPoint);
        if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
        {
            probe.DualMode = directive.Ipv6Only is false;
        }

        probe.Bind(endPoint);
    }

    /// <summary>Accepted connections inherit these from the listening socket.</summary>
    private static void Apply(KeepAliveProbe probe, Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, probe.Enabled);
        Set(SocketOptionName.TcpKeepAliveTime, probe.IdleSeconds);
        Set(SocketOptionName.TcpKeepAliveInterval, probe.IntervalSeconds);
        Set(SocketOptionName.TcpKeepAliveRetryCount, probe.Count);

        void Set(SocketOptionName name, int? value)
        {
            if (value is { } wanted)
            {
                socket.SetSocketOption(SocketOptionLevel.Tcp, name, wanted);
            }
        }
    }

    private static string Explain(ListenDirective directive, SocketException failure) => failure.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => $"{directive.Address}: address already in use",
        SocketError.AccessDenied => $"{directive.Address}: no permission (ports below 1024 need CAP_NET_BIND_SERVICE)",
        SocketError.AddressNotAvailable => $"{directive.Address}: no such address on this machine",
        SocketError.AddressFamilyNotSupported => $"{directive.Address}: the address family is not available on this machine",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => $"{directive.Address}: the host name does not resolve",
        _ => $"{directive.Address}: {failure.Message}",
    };
}
