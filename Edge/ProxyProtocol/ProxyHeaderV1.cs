using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesh.Edge.ProxyProtocol;

/// <summary>The line of version 1: <c>PROXY TCP4 192.0.2.1 192.0.2.2 4711 443</c>, ended by CR LF.</summary>
internal static class ProxyHeaderV1
{
    /// <summary>Bytes of the longest line that the protocol knows.</summary>
    public const int MaxLength = 107;

    public static ReadOnlySpan<byte> Start => "PROXY "u8;

    /// <param name="length">Bytes of the header when it is whole.</param>
    public static ProxyHeaderState Parse(ReadOnlySpan<byte> bytes, out ProxyHeader? header, out int length)
    {
        header = null;
        length = 0;
        int end = bytes[..Math.Min(bytes.Length, MaxLength)].IndexOf((byte)'\n');
        if (end < 0)
        {
            return bytes.Length < MaxLength ? ProxyHeaderState.Incomplete : ProxyHeaderState.Invalid;
        }

        length = end + 1;
        if (bytes[end - 1] != '\r' || !Ascii.IsValid(bytes[..end]))
        {
            return ProxyHeaderState.Invalid;
        }

        header = Read(Encoding.ASCII.GetString(bytes[Start.Length..(end - 1)]).Split(' '));
        return header is null ? ProxyHeaderState.Invalid : ProxyHeaderState.Whole;
    }

    private static ProxyHeader? Read(string[] words)
    {
        // What follows UNKNOWN is to be passed over.
        if (words[0] == "UNKNOWN")
        {
            return ProxyHeader.Nobody;
        }

        AddressFamily family = words[0] switch
        {
            "TCP4" => AddressFamily.InterNetwork,
            "TCP6" => AddressFamily.InterNetworkV6,
            _ => AddressFamily.Unknown,
        };
        return words.Length == 5
            && Address(words[1], family) is { } source && Address(words[2], family) is { } destination
            && Port(words[3]) is { } sourcePort && Port(words[4]) is { } destinationPort
                ? new ProxyHeader(new IPEndPoint(source, sourcePort), new IPEndPoint(destination, destinationPort))
                : null;
    }

    private static IPAddress? Address(string text, AddressFamily family)
    {
        if (!IPAddress.TryParse(text, out IPAddress? address) || address.AddressFamily != family)
        {
            return null;
        }

        // IPAddress also reads "127.1", "[::1]" and "fe80::1%2".
        bool plain = family == AddressFamily.InterNetwork ? address.ToString() == text : text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.');
        return plain ? address : null;
    }

    private static int? Port(string text) =>
        text.Length is > 0 and <= 5 && text.All(char.IsAsciiDigit) && (text.Length == 1 || text[0] != '0') && int.Parse(text) <= IPEndPoint.MaxPort
            ? int.Parse(text)
            : null;
}
