using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace Mesh.Edge.Forwarding.Http1.Head;

/// <summary>Reads one header line (RFC 9112, section 5) without its line end.</summary>
internal static class HeaderLineReader
{
    private const int MaxKnownName = 48;

    private static readonly SearchValues<byte> TokenBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Control bytes but the tab.</summary>
    private static readonly SearchValues<byte> Forbidden =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Where(b => b != '\t').Select(b => (byte)b), 0x7f]);

    /// <summary>Names that need not be made into strings each time.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Known = new[]
    {
        HeaderNames.AcceptRanges, HeaderNames.AccessControlAllowCredentials, HeaderNames.AccessControlAllowHeaders,
        HeaderNames.AccessControlAllowMethods, HeaderNames.AccessControlAllowOrigin, HeaderNames.AccessControlExposeHeaders,
        HeaderNames.AccessControlMaxAge, HeaderNames.Age, HeaderNames.Allow, HeaderNames.AltSvc, HeaderNames.CacheControl,
        HeaderNames.Connection, HeaderNames.ContentDisposition, HeaderNames.ContentEncoding, HeaderNames.ContentLanguage,
        HeaderNames.ContentLength, HeaderNames.ContentLocation, HeaderNames.ContentRange, HeaderNames.ContentSecurityPolicy,
        HeaderNames.ContentType, HeaderNames.Date, HeaderNames.ETag, HeaderNames.Expires, HeaderNames.KeepAlive,
        HeaderNames.LastModified, HeaderNames.Link, HeaderNames.Location, HeaderNames.Pragma, HeaderNames.RetryAfter,
        HeaderNames.Server, HeaderNames.SetCookie, HeaderNames.StrictTransportSecurity, HeaderNames.Trailer,
        HeaderNames.TransferEncoding, HeaderNames.Upgrade, HeaderNames.Vary, HeaderNames.Via, HeaderNames.WWWAuthenticate,
        HeaderNames.XContentTypeOptions, HeaderNames.XFrameOptions, HeaderNames.XPoweredBy,
        HeaderNames.XXSSProtection, "Referrer-Policy", "X-Request-ID", "X-Runtime",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>False for a line that is none: no name, blanks about the name, folded, or with control bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, out HeaderLine read)
    {
        read = default;
        int colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].ContainsAnyExcept(TokenBytes))
        {
            return false;
        }

        ReadOnlySpan<byte> value = line[(colon + 1)..].Trim(" \t"u8);
        if (value.ContainsAny(Forbidden))
        {
            return false;
        }

        string name = NameOf(line[..colon]);
        read = new HeaderLine(name, Encoding.Latin1.GetString(value), RoleOf(name));
        return true;
    }

    private static string NameOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxKnownName)
        {
            return Encoding.Latin1.GetString(bytes);
        }

        Span<char> text = stackalloc char[bytes.Length];
        Encoding.Latin1.GetChars(bytes, text);
        return Known.TryGetValue(text, out string? known) ? known : new string(text);
    }

    private static HeaderRole RoleOf(string name) =>
        Is(name, HeaderNames.ContentLength) ? HeaderRole.ContentLength
        : Is(name, HeaderNames.TransferEncoding) ? HeaderRole.TransferEncoding
        : Is(name, HeaderNames.Connection) ? HeaderRole.Connection
        : HopByHop.Contains(name) ? HeaderRole.HopByHop
        : HeaderRole.Plain;

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);
}
