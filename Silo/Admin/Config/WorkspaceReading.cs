using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Grains;

namespace Mesh.Silo.Admin.Config;

/// <summary>Reads a whole workspace as it stood at one revision.</summary>
internal static class WorkspaceReading
{
    /// <summary>A reading ends when its pages are given up for newer ones; so often it is begun again.</summary>
    private const int MaxReadings = 5;

    public static async Task<(long Revision, List<EntityChange> Entities)> Read(IWorkspaceGrain workspace)
    {
        for (int reading = 1; reading <= MaxReadings; reading++)
        {
            if (await workspace.Snapshot(revision: null, page: 0) is { } first && await Rest(workspace, first) is { } entities)
            {
                return (first.Revision, entities);
            }
        }

        throw new TimeoutException("the configuration changed faster than it could be read");
    }

    private static async Task<List<EntityChange>?> Rest(IWorkspaceGrain workspace, SnapshotPage first)
    {
        List<EntityChange> entities = [.. first.Entities];
        for (int page = 1; page < first.Pages; page++)
        {
            if (await workspace.Snapshot(first.Revision, page) is not { } next)
            {
                return null;
            }

            entities.AddRange(next.Entities);
        }

        return entities;
    }
}
