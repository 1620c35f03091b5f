using System.Net;
using System.Net.Sockets;

namespace Mesh.Abstractions.Listeners;

/// <summary>Reads listen lists in Kong's syntax: <c>off</c>, or <c>host:port flag…, host:port flag…</c>.</summary>
public static class ListenDirectives
{
    /// <summary>Kong's text for every malformed list.</summary>
    public const string Usage = "must be of form: [off] | <ip>:<port> [flag]..., [... next entry ...]";

    /// <summary>Entries of one list.</summary>
    public const int MaxEntries = 64;

    private const int MaxEntryLength = 1024;
    private const int MaxTextLength = 16 * 1024;

    /// <summary>Bytes of a unix socket's path that the kernel takes.</summary>
    private const int MaxUnixPathLength = 107;
    private const int MaxHostNameLength = 253;
    private static readonly char[] Blanks = [' ', '\t'];

    public static ListenDirectivesResult Parse(string text)
    {
        if (text.Length > MaxTextLength)
        {
            return Refused($"longer than {MaxTextLength} characters");
        }

        string[] entries = text.Split(',', StringSplitOptions.TrimEntries);
        if (entries[0] == "off")
        {
            return new ListenDirectivesResult([], null);
        }

        if (entries.Length > MaxEntries)
        {
            return Refused($"more than {MaxEntries} entries");
        }

        var directives = new List<ListenDirective>(entries.Length);
        foreach (string entry in entries)
        {
            (ListenDirective? directive, string? problem) = ParseEntry(entry);
            if (directive is null)
            {
                return Refused($"'{entry}': {problem}");
            }

            directives.Add(directive);
        }

        return new ListenDirectivesResult(directives, null);
    }

    /// <summary>Reads one entry of a list; the problem is one line that quotes it.</summary>
    public static (ListenDirective? Directive, string? Problem) ParseOne(string entry)
    {
        if (entry.Length > MaxEntryLength)
        {
            return (null, $"longer than {MaxEntryLength} characters");
        }

        (ListenDirective? directive, string? problem) = ParseEntry(entry);
        return directive is null ? (null, $"'{entry}': {problem}") : (directive, null);
    }

    private static ListenDirectivesResult Refused(string problem) => new([], $"{Usage} ({problem})");

    private static (ListenDirective? Directive, string? Problem) ParseEntry(string entry)
    {
        string[] words = entry.Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            return (null, "an empty entry");
        }

        (ListenDirective? directive, string? problem) = ParseAddress(words[0]);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 1; i < words.Length && directive is { } soFar; i++)
        {
            string name = words[i].Split('=')[0];
            if (!seen.Add(name))
            {
                return (null, $"flag '{name}' given twice");
            }

            (directive, problem) = ParseFlag(soFar, words[i]);
        }

        return directive switch
        {
            { Ipv6Only: not null, IsIpv6: false } => (null, "ipv6only needs an IPv6 address"),
            { Udp: true } and ({ Ssl: true } or { Http2: true } or { Deferred: true }) => (null, "udp does not go with ssl, http2 or deferred"),
            _ => (directive, problem),
        };
    }

    private static (ListenDirective? Directive, string? Problem) ParseAddress(string text)
    {
        if (text.StartsWith("unix:", StringComparison.Ordinal))
        {
            string path = text["unix:".Length..];
            return path.Length is < 2 or > MaxUnixPathLength || path[0] != '/' || path.Any(c => c is <= ' ' or >= '\x7f')
                ? (null, $"a unix socket needs an absolute path of at most {MaxUnixPathLength} characters")
                : (new ListenDirective { UnixPath = path }, null);
        }

        int colon = text.LastIndexOf(':');
        if (colon < 1 || (text[0] == '[') != (text[colon - 1] == ']'))
        {
            return (null, "no port given");
        }

        string portText = text[(colon + 1)..];
        if (portText.Length is 0 or > 5 || !portText.All(char.IsAsciiDigit) || int.Parse(portText) > IPEndPoint.MaxPort)
        {
            return (null, $"'{portText}' is not a port");
        }

        string? host = text[0] == '[' ? Ipv6(text[1..(colon - 1)]) : Ipv4OrName(text[..colon]);
        return host is null
            ? (null, $"'{text[..colon]}' is neither an IPv4 address, nor an IPv6 address in brackets, nor a host name")
            : (new ListenDirective { Host = host, Port = int.Parse(portText) }, null);
    }

    private static string? Ipv6(string text) =>
        text.Contains(':', StringComparison.Ordinal) && !text.Contains('[', StringComparison.Ordinal)
        && IPAddress.TryParse(text, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6
            ? address.ToString()
            : null;

    private static string? Ipv4OrName(string text)
    {
        if (text.All(c => char.IsAsciiDigit(c) || c == '.'))
        {
            // IPAddress also reads "127.1" and "010.0.0.1" in ways that surprise; only the plain form is taken.
            return IPAddress.TryParse(text, out IPAddress? address) && address.ToString() == text ? text : null;
        }

        bool name = text.Length <= MaxHostNameLength && char.IsAsciiLetterOrDigit(text[0])
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
        return name ? text : null;
    }

    private static (ListenDirective? Directive, string? Problem) ParseFlag(ListenDirective directive, string word)
    {
        int equals = word.IndexOf('=');
        if (equals < 0)
        {
            ListenDirective? flagged = word switch
            {
                "ssl" => directive with { Ssl = true },
                "http2" => directive with { Http2 = true },
                "proxy_protocol" => directive with { ProxyProtocol = true },
                "transparent" => directive with { Transparent = true },
                "deferred" => directive with { Deferred = true },
                "bind" => directive with { Bind = true },
                "reuseport" => directive with { ReusePort = true },
                "udp" => directive with { Udp = true },
                _ => null,
            };
            return flagged is not null ? (flagged, null)
                : word is "quic" or "http3" ? (null, "HTTP/3 is not available: it needs libmsquic, which Debian does not package")
                : (null, $"unknown flag '{word}'");
        }

        string value = word[(equals + 1)..];
        switch (word[..equals])
        {
            case "backlog":
                return value.Length is > 0 and <= 7 && value.All(char.IsAsciiDigit) && int.Parse(value) > 0
                    ? (directive with { Backlog = int.Parse(value) }, null)
                    : (null, $"backlog needs a number from 1 to 9999999, not '{value}'");
            case "ipv6only":
                return value is "on" or "off"
                    ? (directive with { Ipv6Only = value == "on" }, null)
                    : (null, $"ipv6only is on or off, not '{value}'");
            case "so_keepalive":
                return KeepAliveProbe.TryParse(value, out KeepAliveProbe? probe)
                    ? (directive with { KeepAlive = probe }, null)
                    : (null, $"so_keepalive is on, off or idle:interval:count, not '{value}'");
            default:
                return (null, $"unknown flag '{word}'");
        }
    }
}
