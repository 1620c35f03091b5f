using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Forwarding;

/// <summary>Headers that concern one connection only (RFC 9110, section 7.6.1).</summary>
internal static class HopByHop
{
    private static readonly FrozenSet<string> Names = new[]
    {
        "Connection", "Proxy-Connection", "Keep-Alive", "Transfer-Encoding", "TE", "Upgrade", "HTTP2-Settings",
        "Proxy-Authenticate", "Proxy-Authentication-Info", "Proxy-Authorization", "Alt-Svc",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Not to be removed by naming them in Connection: framing, routing, and what a trusted proxy vouches for.</summary>
    private static readonly FrozenSet<string> Protected = new[]
    {
        "Host", "Content-Length", "Content-Type", "Content-Encoding", "Transfer-Encoding", "Connection", "Upgrade", "TE",
        "Authorization", "Cookie", "Cache-Control", "Forwarded", "Via",
        "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Path", "X-Forwarded-Prefix", "X-Real-IP",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static bool Contains(string header) => Names.Contains(header);

    /// <summary>
    /// Removes what the client's Connection header nominates. Done before anything reads or adds headers, so that a client
    /// can take away nothing but its own. Over HTTP/2 there is no such header.
    /// </summary>
    public static void RemoveNominated(IHeaderDictionary headers, IReadOnlyList<string> connectionLines)
    {
        for (int i = 0; i < connectionLines.Count; i++)
        {
            foreach (string name in connectionLines[i].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (!Protected.Contains(name))
                {
                    headers.Remove(name);
                }
            }
        }
    }

    /// <summary>Whether a Connection header (of a response) nominates <paramref name="header"/>.</summary>
    public static bool Nominates(string[] nominated, string header) =>
        nominated.Length > 0 && !Protected.Contains(header) && nominated.Contains(header, StringComparer.OrdinalIgnoreCase);
}
