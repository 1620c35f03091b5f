using Mesh.Edge.Routing;

namespace Mesh.Edge.Streams.Routing;

/// <summary>A place of the index by address: 0 stands for every address and every port.</summary>
internal readonly record struct AddressKey(bool IsSource, UInt128 Address, int Port)
{
    /// <summary>For what names neither one address nor a port.</summary>
    public static AddressKey Any { get; } = new(false, 0, 0);

    /// <summary>The places of a route, by its destinations or, when it has none, by its sources.</summary>
    public static IEnumerable<AddressKey> Of(StreamCandidate candidate)
    {
        bool isSource = candidate.Destinations.Entries.Length == 0;
        AddressCondition[] conditions = (isSource ? candidate.Sources : candidate.Destinations).Entries;
        return conditions.Length == 0 ? [Any] : conditions.Select(condition => Of(isSource, condition)).Distinct();
    }

    private static AddressKey Of(bool isSource, in AddressCondition condition) => condition switch
    {
        { IsSingle: true } => new AddressKey(isSource, condition.Network, condition.Port),
        { Port: > 0 } => new AddressKey(isSource, 0, condition.Port),
        _ => Any,
    };
}
