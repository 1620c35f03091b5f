using System.Security.Cryptography;
using System.Text;
using Mesh.Abstractions.Entities;

namespace Mesh.Edge.Routing;

/// <summary>
/// The paths of a route that share one priority: all regexes, or all plain paths of one length. Kong splits a route into one
/// matcher for each, and gives each its own id when there are several (<c>router/transform.lua</c>).
/// </summary>
/// <param name="Id">Decides between matchers of equal priority: the greater wins.</param>
/// <param name="Paths">In the route's order, which is the order of trying; null when the route has no paths.</param>
internal sealed record PathGroup(Guid Id, string[]? Paths)
{
    private static readonly Guid SplitNamespace = new("7f145bf9-0dce-4f91-98eb-debbce4b9f6b");

    public static List<PathGroup> Of(Route route)
    {
        if (route.Paths is not { Length: > 0 } paths)
        {
            return [new PathGroup(route.Id, null)];
        }

        if (paths.Length == 1)
        {
            return [new PathGroup(route.Id, paths)];
        }

        string[][] groups = [.. paths.Distinct(StringComparer.Ordinal).GroupBy(Key).Select(group => group.ToArray())];
        return groups.Length == 1
            ? [new PathGroup(route.Id, groups[0])]
            : [.. groups.Select((group, index) => new PathGroup(SplitId(route.Id, index + 1), group))];
    }

    private static int Key(string path) => path is ['~', ..] ? 0 : Encoding.UTF8.GetByteCount(path);

    /// <summary>UUID version 5 (RFC 9562 section 5.5) of <c>route id#number</c>.</summary>
    private static Guid SplitId(Guid route, int number)
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // The algorithm is part of the id's definition; nothing is secured by it.
        SHA1.HashData([.. SplitNamespace.ToByteArray(bigEndian: true), .. Encoding.ASCII.GetBytes($"{route:D}#{number}")], hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
