using Mesh.Abstractions.Entities;

namespace Mesh.Edge.Listeners;

/// <summary>What selectors of listeners look at: where an edge stands and how it is labelled.</summary>
internal sealed record EdgePlace(string Region, string Zone, IReadOnlyDictionary<string, string> Labels)
{
    public bool Matches(ListenerSelector? selector) => selector is null
        || ((selector.Regions?.Contains(Region) ?? true)
            && (selector.Zones?.Contains(Zone) ?? true)
            && (selector.Labels?.All(wanted => Labels.TryGetValue(wanted.Key, out string? value) && value == wanted.Value) ?? true));
}
