namespace Mesh.Edge.Routing;

internal enum NameKind
{
    Exact,

    /// <summary><c>*.example.com</c>: <see cref="NamePattern.Text"/> is <c>.example.com</c>. Kong's wildcards span labels.</summary>
    Suffix,

    /// <summary><c>example.*</c>: <see cref="NamePattern.Text"/> is <c>example.</c></summary>
    Prefix,

    /// <summary>No condition.</summary>
    Any,
}

/// <summary>A host or SNI of a route. Compared as sent, case included, as Kong does.</summary>
/// <param name="Port">Port that a host names; 0 for every port.</param>
internal readonly record struct NamePattern(NameKind Kind, string Text, int Port)
{
    public static NamePattern Any { get; } = new(NameKind.Any, "", 0);

    public static NamePattern OfHost(string host)
    {
        // Kong takes what follows the first colon for a port if it is a number: an IPv6 literal stays whole.
        int colon = host.IndexOf(':', StringComparison.Ordinal);
        return colon >= 0 && ushort.TryParse(host.AsSpan(colon + 1), System.Globalization.NumberStyles.None, null, out ushort port)
            ? Of(host[..colon], port)
            : Of(host, 0);
    }

    /// <summary>The last dot of a fully qualified name takes no part in routing.</summary>
    public static NamePattern OfSni(string sni) => Of(sni.Length > 1 && sni[^1] == '.' ? sni[..^1] : sni, 0);

    public bool Matches(string name) => Kind switch
    {
        NameKind.Exact => name == Text,
        NameKind.Suffix => name.EndsWith(Text, StringComparison.Ordinal),
        NameKind.Prefix => name.StartsWith(Text, StringComparison.Ordinal),
        _ => true,
    };

    /// <summary>As configured.</summary>
    public override string ToString()
    {
        string name = Kind switch
        {
            NameKind.Suffix => "*" + Text,
            NameKind.Prefix => Text + "*",
            _ => Text,
        };
        return Port == 0 ? name : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}:{Port}");
    }

    private static NamePattern Of(string name, int port) => name switch
    {
        ['*', ..] => new(NameKind.Suffix, name[1..], port),
        [.., '*'] => new(NameKind.Prefix, name[..^1], port),
        _ => new(NameKind.Exact, name, port),
    };
}
