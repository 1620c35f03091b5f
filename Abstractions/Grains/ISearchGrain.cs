using Mesh.Abstractions.Configuration;

namespace Mesh.Abstractions.Grains;

/// <summary>Finds entities by their texts (key: workspace name) on every silo, so that a search costs the writer nothing.</summary>
[Alias("mesh.ISearchGrain")]
public interface ISearchGrain : IGrainWithStringKey
{
    /// <summary>Not older than what was committed when it is called.</summary>
    [Alias("Find"), ResponseTimeout("00:01:00")]
    Task<SearchPage> Find(SearchQuery query);
}
