using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Grains;
using Mesh.Grains.Schemas;
using Orleans.Concurrency;

namespace Mesh.Grains.Search;

/// <summary>
/// Follows the workspace while somebody searches: loaded by the first search, brought up to the head by each, forgotten when
/// nobody searches any more.
/// </summary>
[StatelessWorker(maxLocalWorkers: 1), CollectionAgeLimit(Minutes = 5)]
internal sealed class SearchGrain(IGrainFactory grains, EntitySchemas schemas) : Grain, ISearchGrain
{
    private const int MaxSize = 1000;

    /// <summary>A reading ends when its pages are given up for newer ones; so often it is begun again.</summary>
    private const int MaxReadings = 5;

    private IWorkspaceGrain workspace = null!;
    private SearchIndex? index;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        workspace = grains.GetGrain<IWorkspaceGrain>(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public async Task<SearchPage> Find(SearchQuery query)
    {
        index = await Follow(index);
        return index.Find(query with { Size = Math.Clamp(query.Size, 1, MaxSize) });
    }

    private async Task<SearchIndex> Follow(SearchIndex? known)
    {
        long head = await workspace.Head();
        while (known is not null && known.Revision < head)
        {
            ConfigDelta delta = await workspace.ReadAfter(known.Revision);
            if (delta.TooFarBehind)
            {
                known = null;
                break;
            }

            foreach (Commit commit in delta.Commits)
            {
                known.Apply(commit.Revision, commit.Changes);
            }
        }

        // A head behind us: the store went back to a backup.
        return known is not null && known.Revision <= Math.Max(head, await workspace.Head()) ? known : await Load();
    }

    private async Task<SearchIndex> Load()
    {
        for (int reading = 1; reading <= MaxReadings; reading++)
        {
            var loaded = new SearchIndex(schemas);
            SnapshotPage? page = await workspace.Snapshot(revision: null, page: 0);
            while (page is not null)
            {
                loaded.Apply(page.Revision, page.Entities);
                if (page.Page == page.Pages - 1)
                {
                    return loaded;
                }

                page = await workspace.Snapshot(page.Revision, page.Page + 1);
            }
        }

        throw new TimeoutException("the configuration changed faster than it could be read");
    }
}
