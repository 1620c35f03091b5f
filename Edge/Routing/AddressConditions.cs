using System.Globalization;
using Mesh.Abstractions.Entities;

namespace Mesh.Edge.Routing;

/// <summary>The sources or the destinations of a route: one of the entries must match. Without entries nothing is asked.</summary>
internal sealed class AddressConditions
{
    public static AddressConditions None { get; } = new([]);

    private readonly AddressMatch[] asked;

    private AddressConditions(AddressMatch[] asked)
    {
        this.asked = asked;
        var entries = new List<AddressCondition>(asked.Length);
        foreach (AddressMatch match in asked)
        {
            if (AddressCondition.Of(match) is { } entry)
            {
                entries.Add(entry);
            }
            else
            {
                Problem ??= $"'{match.Ip}' is neither an address nor a range";
            }
        }

        Entries = [.. entries];
    }

    public AddressCondition[] Entries { get; }

    /// <summary>Why the conditions cannot be used; null when they can.</summary>
    public string? Problem { get; }

    /// <summary>As configured, such as <c>10.0.0.0/8:80</c>; IPv6 in brackets where a port follows.</summary>
    public IEnumerable<string> Asked => asked.Select(Text);

    /// <summary>Kong's weight of addresses in the priority of stream routes: a single address before a port before a range.</summary>
    public uint Weight
    {
        get
        {
            uint weight = 0;
            foreach (AddressMatch match in asked)
            {
                weight |= match.Ip is null ? 0u : match.Ip.Contains('/', StringComparison.Ordinal) ? 1u : 8u;
                weight |= match.Port is null ? 0u : 4u;
            }

            return weight;
        }
    }

    /// <summary>Bits of the widest entry; 0 without entries.</summary>
    public uint ShortestPrefix => Entries.Length == 0 ? 0 : (uint)Entries.Min(entry => entry.PrefixLength);

    public static AddressConditions Of(AddressMatch[]? matches) => matches is { Length: > 0 } ? new AddressConditions(matches) : None;

    public bool Match(UInt128 address, int port)
    {
        foreach (AddressCondition entry in Entries)
        {
            if (entry.Matches(address, port))
            {
                return true;
            }
        }

        return Entries.Length == 0;
    }

    private static string Text(AddressMatch match) => match switch
    {
        { Port: null } => match.Ip ?? "",
        { Ip: null } => string.Create(CultureInfo.InvariantCulture, $":{match.Port}"),
        _ when match.Ip.Contains(':', StringComparison.Ordinal) => string.Create(CultureInfo.InvariantCulture, $"[{match.Ip}]:{match.Port}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{match.Ip}:{match.Port}"),
    };
}
