using System.Net;
using System.Text;

namespace Mesh.Abstractions.Listeners;

/// <summary>
/// One entry of a listen list in Kong's syntax: an address and flags. <see cref="ToString"/> prints what
/// <see cref="ListenDirectives.Parse"/> reads back as an equal record.
/// </summary>
public sealed record ListenDirective
{
    /// <summary>IP address without brackets, or a host name; empty for a unix socket.</summary>
    public string Host { get; init; } = "";

    /// <summary>0 lets the operating system choose.</summary>
    public int Port { get; init; }

    /// <summary>Absolute path of a unix socket; null for TCP and UDP.</summary>
    public string? UnixPath { get; init; }

    public bool Ssl { get; init; }
    public bool Http2 { get; init; }
    public bool ProxyProtocol { get; init; }
    public bool Transparent { get; init; }
    public bool Udp { get; init; }

    /// <summary>Wake only when the first bytes of a connection are there (TCP_DEFER_ACCEPT).</summary>
    public bool Deferred { get; init; }

    /// <summary>nginx's wish for a socket of its own; every directive has that here.</summary>
    public bool Bind { get; init; }
    public bool ReusePort { get; init; }

    /// <summary>Connections the kernel may hold for us before they are accepted.</summary>
    public int? Backlog { get; init; }

    /// <summary>Only for IPv6 addresses; absent means on, as in nginx.</summary>
    public bool? Ipv6Only { get; init; }
    public KeepAliveProbe? KeepAlive { get; init; }

    /// <summary>Address and port (or unix path) alone.</summary>
    public string Address =>
        UnixPath is { } path ? $"unix:{path}"
        : Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}"
        : $"{Host}:{Port}";

    public bool IsIpv6 => UnixPath is null && Host.Contains(':', StringComparison.Ordinal);

    /// <summary>The same directive with the port that the operating system chose.</summary>
    public ListenDirective At(EndPoint bound) => bound is IPEndPoint ip ? this with { Port = ip.Port } : this;

    public override string ToString()
    {
        var text = new StringBuilder(Address);
        Flag(Ssl, "ssl");
        Flag(Http2, "http2");
        Flag(ProxyProtocol, "proxy_protocol");
        Flag(Transparent, "transparent");
        Flag(Deferred, "deferred");
        Flag(Bind, "bind");
        Flag(ReusePort, "reuseport");
        Flag(Udp, "udp");
        Flag(Backlog is not null, $"backlog={Backlog}");
        Flag(Ipv6Only is not null, Ipv6Only is true ? "ipv6only=on" : "ipv6only=off");
        Flag(KeepAlive is not null, $"so_keepalive={KeepAlive}");
        return text.ToString();

        void Flag(bool set, string word)
        {
            if (set)
            {
                text.Append(' ').Append(word);
            }
        }
    }
}
