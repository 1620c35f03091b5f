using System.Collections.Frozen;

namespace Mesh.Edge.Forwarding.Http1;

/// <summary>What must be known before the body cannot come after it (RFC 9110, section 6.5.1).</summary>
internal static class TrailerRules
{
    private static readonly FrozenSet<string> Forbidden = new[]
    {
        "Host", "Content-Type", "Content-Encoding", "Content-Range", "Cache-Control", "Authorization", "Set-Cookie", "Location",
        "Date", "Expires", "Vary", "Age", "Trailer", "Via", "WWW-Authenticate", "Retry-After",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static bool Forbids(string name) => Forbidden.Contains(name);
}
