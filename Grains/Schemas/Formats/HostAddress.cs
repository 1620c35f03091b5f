using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mesh.Grains.Schemas.Formats;

/// <summary>A host with an optional port, read by Kong's rules: <c>name:port</c>, <c>1.2.3.4:port</c>, <c>[::1]:port</c> or <c>::1</c>.</summary>
internal readonly record struct HostAddress(HostKind Kind, string Host, int? Port)
{
    public const int MaxPort = 65535;

    /// <param name="badPort">The host may be good, but the port is above <see cref="MaxPort"/>.</param>
    public static HostAddress? Parse(string text, out bool badPort)
    {
        badPort = false;
        return text.AsSpan().Count(':') > 1 ? ParseIpv6(text, ref badPort) : ParseNameOrIpv4(text, ref badPort);
    }

    /// <summary>The form in which targets are stored: always with a port, IPv6 in full and in brackets.</summary>
    public string WithPort(int defaultPort) =>
        string.Create(CultureInfo.InvariantCulture, $"{(Kind == HostKind.Ipv6 ? $"[{Host}]" : Host)}:{Port ?? defaultPort}");

    private static HostAddress? ParseIpv6(string text, ref bool badPort)
    {
        var host = text;
        int? port = null;
        if (text[0] == '[')
        {
            var end = text.IndexOf(']');
            if (end < 0 || !TryReadPort(text.AsSpan(end + 1), out port, ref badPort))
            {
                return null;
            }

            host = text[1..end];
        }

        if (host.Contains('%') || !IPAddress.TryParse(host, out var address) || address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return null;
        }

        var bytes = address.GetAddressBytes();
        return new HostAddress(HostKind.Ipv6, string.Join(':', Enumerable.Range(0, 8).Select(i => Convert.ToHexStringLower(bytes, i * 2, 2))), port);
    }

    private static HostAddress? ParseNameOrIpv4(string text, ref bool badPort)
    {
        var colon = text.IndexOf(':');
        var host = colon < 0 ? text : text[..colon];
        int? port = null;
        if (colon >= 0 && !TryReadPort(text.AsSpan(colon), out port, ref badPort))
        {
            return null;
        }

        if (host.Length > 0 && host.All(c => char.IsAsciiDigit(c) || c == '.'))
        {
            return IsIpv4(host) ? new HostAddress(HostKind.Ipv4, host, port) : null;
        }

        return IsName(host) ? new HostAddress(HostKind.Name, host, port) : null;
    }

    /// <param name="text">Empty, or a colon and the digits behind it (which may be missing).</param>
    private static bool TryReadPort(ReadOnlySpan<char> text, out int? port, ref bool badPort)
    {
        port = null;
        if (text.Length == 0)
        {
            return true;
        }

        if (text[0] != ':' || text[1..].ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        if (text.Length == 1)
        {
            return true;
        }

        if (!int.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > MaxPort)
        {
            badPort = true;
            return false;
        }

        port = number;
        return true;
    }

    private static bool IsIpv4(string host)
    {
        var parts = host.Split('.');
        return parts.Length == 4 && Array.TrueForAll(parts, part => part.Length is > 0 and <= 3 && int.Parse(part, CultureInfo.InvariantCulture) <= 255);
    }

    /// <summary>Letters, digits, <c>- . _</c>; no label empty (but for a dot at the end) or with a dash at either end.</summary>
    private static bool IsName(string name)
    {
        if (name.Length == 0)
        {
            return false;
        }

        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_'))
            {
                return false;
            }
        }

        var labels = name.Split('.');
        for (var i = 0; i < labels.Length; i++)
        {
            var label = labels[i];
            if (label.Length == 0 ? i < labels.Length - 1 || i == 0 : label[0] == '-' || label[^1] == '-')
            {
                return false;
            }
        }

        return true;
    }
}
