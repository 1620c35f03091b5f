using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Mesh.Edge.Balancing;

/// <summary>
/// Where a request can be sent: <c>host:port</c> taken apart once. One instance stands for one target of one revision, so
/// that tries can be told apart by reference.
/// </summary>
internal sealed class TargetAddress
{
    /// <summary>Kong's default for a target without port.</summary>
    public const int DefaultPort = 8000;

    public TargetAddress(string host, int port)
    {
        Host = host.Trim('[', ']');
        Literal = IPAddress.TryParse(Host, out IPAddress? address) ? new IPEndPoint(address, port) : null;
        Port = port;
        BoxedPort = port;
        string literal = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        Text = $"{literal}:{port.ToString(CultureInfo.InvariantCulture)}";
        HttpOrigin = "http://" + Text;
        HttpsOrigin = "https://" + Text;
        HttpHost = port == 80 ? literal : Text;
        HttpsHost = port == 443 ? literal : Text;
    }

    /// <summary>Name or address, IPv6 without brackets.</summary>
    public string Host { get; }

    /// <summary>Where to connect to when <see cref="Host"/> is an address; null when it is a name.</summary>
    public IPEndPoint? Literal { get; }

    public int Port { get; }

    /// <summary><see cref="Port"/> as an attribute of measurements, boxed once.</summary>
    public object BoxedPort { get; }

    /// <summary><c>host:port</c>, IPv6 in brackets.</summary>
    public string Text { get; }

    public string HttpOrigin { get; }
    public string HttpsOrigin { get; }

    /// <summary>Host header for http: without the port when it is the scheme's own.</summary>
    public string HttpHost { get; }

    /// <summary>Host header for https.</summary>
    public string HttpsHost { get; }

    /// <summary>Reads <c>host[:port]</c> with IPv6 in brackets.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TargetAddress? address)
    {
        address = null;
        int bracket = text.LastIndexOf(']');
        int colon = text.LastIndexOf(':');
        int port = DefaultPort;
        string host = text;
        if (colon > bracket)
        {
            host = text[..colon];
            if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535)
            {
                return false;
            }
        }

        if (host.Length == 0 || Uri.CheckHostName(host.Trim('[', ']')) == UriHostNameType.Unknown)
        {
            return false;
        }

        address = new TargetAddress(host, port);
        return true;
    }

    public override string ToString() => Text;
}
