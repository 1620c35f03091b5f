namespace Mesh.Silo.Admin;

/// <summary>The segments of a request's path, each decoded exactly once from what stood on the wire.</summary>
internal static class AdminPath
{
    /// <summary>Longest path in segments; <c>/workspace/parents/key/children/key</c> has five.</summary>
    private const int MaxSegments = 8;

    /// <param name="target">The request target as sent.</param>
    /// <returns>Null for a path that no resource can have.</returns>
    public static string[]? Split(string target)
    {
        ReadOnlySpan<char> path = PathOf(target);
        if (path is "" or "/" or "*")
        {
            return [];
        }

        if (path[0] != '/')
        {
            return null;
        }

        path = path[1..];
        if (path.EndsWith('/'))
        {
            path = path[..^1];
        }

        string[] segments = path.ToString().Split('/');
        return segments.Length <= MaxSegments && segments.All(segment => segment.Length > 0)
            ? [.. segments.Select(Uri.UnescapeDataString)]
            : null;
    }

    /// <summary>The path of a target in origin or absolute form.</summary>
    public static ReadOnlySpan<char> PathOf(string target)
    {
        ReadOnlySpan<char> path = target;
        int end = path.IndexOfAny('?', '#');
        if (end >= 0)
        {
            path = path[..end];
        }

        int scheme = path.IndexOf("://", StringComparison.Ordinal);
        if (path.StartsWith('/') || scheme < 0)
        {
            return path;
        }

        path = path[(scheme + 3)..];
        int slash = path.IndexOf('/');
        return slash < 0 ? "/" : path[slash..];
    }
}
