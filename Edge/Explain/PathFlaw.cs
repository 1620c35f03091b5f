namespace Mesh.Edge.Explain;

/// <summary>Says what is wrong with a path that has no normal form.</summary>
internal static class PathFlaw
{
    public static string Describe(string rawPath, int at) => rawPath[at] switch
    {
        '#' => $"a fragment at character {at + 1}: a request target has none",
        '%' when rawPath.AsSpan(at).StartsWith("%00") => $"an escaped null at character {at + 1}",
        '%' => $"an escape at character {at + 1} that is not % and two hex digits",
        _ when at == 0 => "a path starts with a slash",
        _ => $"character {at + 1} cannot be sent",
    };
}
