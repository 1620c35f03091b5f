using Mesh.Abstractions.Entities;

namespace Mesh.Edge.Routing;

/// <summary>The path that the upstream gets: the service's path joined with what the route leaves of the request's.</summary>
internal static class UpstreamPath
{
    /// <param name="servicePath">The service's path; null is the root.</param>
    /// <param name="requestPath">The normalized path that was matched.</param>
    /// <returns>The path in wire form (percent-encoded).</returns>
    public static string Join(Route route, string? servicePath, string requestPath, in RouteMatch match)
    {
        string root = servicePath is null or "" ? "/" : servicePath;
        string rest = Rest(route, requestPath, match);
        string joined = route.PathHandling == "v1" ? JoinV1(root, rest) : JoinV0(root, rest, requestPath, route.StripPath);
        return PathEncoder.Encode(joined);
    }

    /// <summary>The request's path without the matched prefix, or without its first slash where nothing is stripped.</summary>
    private static string Rest(Route route, string path, in RouteMatch match)
    {
        int cut = route.StripPath && (match.PrefixLength > 0 || match.Captures is not null) ? match.PrefixLength : 1;
        return Clean(cut >= path.Length ? "" : path[cut..]);
    }

    /// <summary>A prefix may end inside a segment; what is left must not start as a dot segment.</summary>
    private static string Clean(string rest) => rest switch
    {
        "." or ".." => "",
        ['.', '/', ..] => rest[2..],
        ['.', '.', '/', ..] => rest[3..],
        _ => rest,
    };

    /// <summary>Exactly one slash between the two; a slash at the end of the request is kept.</summary>
    private static string JoinV0(string root, string rest, string requestPath, bool strip)
    {
        bool rooted = root[^1] == '/';
        if (!strip)
        {
            return rooted ? string.Concat(root, requestPath.AsSpan(1)) : requestPath == "/" ? root : root + requestPath;
        }

        if (rest.Length == 0)
        {
            bool slash = requestPath[^1] == '/';
            return rooted
                ? root == "/" || slash ? root : root[..^1]
                : requestPath.Length > 1 && slash ? root + "/" : root;
        }

        return (rooted, rest[0] == '/') switch
        {
            (true, true) => string.Concat(root.AsSpan(0, root.Length - 1), rest),
            (false, false) => string.Concat(root, "/", rest),
            _ => root + rest,
        };
    }

    /// <summary>Plain concatenation, except that two slashes become one.</summary>
    private static string JoinV1(string root, string rest) =>
        root[^1] == '/' && rest is ['/', ..] ? string.Concat(root.AsSpan(0, root.Length - 1), rest) : root + rest;
}
