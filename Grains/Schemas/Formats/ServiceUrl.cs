using System.Globalization;

namespace Mesh.Grains.Schemas.Formats;

/// <summary>A service's shorthand <c>url</c>. What it lacks is guessed as Kong does: the scheme from the port, the port from the scheme.</summary>
internal readonly record struct ServiceUrl(string Protocol, string? Host, int Port, string? Path)
{
    private const int HttpPort = 80;
    private const int HttpsPort = 443;

    public static ServiceUrl? Parse(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        string? scheme = null;
        var rest = text;
        var colon = text.IndexOf("://", StringComparison.Ordinal);
        if (colon > 0)
        {
            scheme = text[..colon];
            rest = text[(colon + 1)..];
        }

        string? host = null;
        int? port = null;
        if (rest.StartsWith("//", StringComparison.Ordinal))
        {
            var end = rest.AsSpan(2).IndexOfAny("/?#");
            var authority = end < 0 ? rest[2..] : rest[2..(end + 2)];
            rest = end < 0 ? "" : rest[(end + 2)..];
            (host, port) = SplitAuthority(authority[(authority.LastIndexOf('@') + 1)..]);
        }

        var tail = rest.AsSpan().IndexOfAny("?#");
        var path = tail < 0 ? rest : rest[..tail];
        var protocol = scheme ?? (port == HttpsPort ? "https" : "http");
        return new ServiceUrl(protocol, host, port ?? (protocol == "https" ? HttpsPort : HttpPort), path.Length == 0 ? null : path);
    }

    private static (string? Host, int? Port) SplitAuthority(string authority)
    {
        var colon = authority.LastIndexOf(':');
        if (colon < 0 || authority.EndsWith(']'))
        {
            return (authority.Length == 0 ? null : authority, null);
        }

        // A port that is no number in range is kept as one that its field refuses.
        var port = int.TryParse(authority.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
        return (colon == 0 ? null : authority[..colon], colon == authority.Length - 1 ? null : port);
    }
}
