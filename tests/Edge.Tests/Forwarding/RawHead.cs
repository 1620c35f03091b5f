namespace Mesh.Edge.Tests.Forwarding;

/// <summary>Reads the head of a message as it stood on the wire.</summary>
internal static class RawHead
{
    /// <summary>Values of a header, one per line it stood on.</summary>
    public static string[] Values(string head, string name) =>
    [
        .. head.Split("\r\n").Skip(1).TakeWhile(line => line.Length > 0)
            .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
            .Select(line => line[(name.Length + 1)..].Trim()),
    ];

    /// <summary>The only value of a header; null when there is none.</summary>
    public static string? Value(string head, string name) => Values(head, name) switch
    {
        [] => null,
        [var only] => only,
        var many => throw new InvalidOperationException($"{name} stands {many.Length} times in:\n{head}"),
    };

    public static string FirstLine(string head) => head.Split("\r\n")[0];
}
