using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.ControlPlane;

namespace Mesh.Edge.Sync;

/// <summary>Fetches a whole configuration from the control plane, page by page.</summary>
internal sealed class SnapshotReader(IControlPlane controlPlane, string workspace, TimeSpan callTimeout, TimeProvider time)
{
    /// <summary>Null when the reading went away in between (a newer snapshot, another silo): to be begun again.</summary>
    public async Task<SnapshotReading?> Read(CancellationToken stop)
    {
        if (await Page(null, 0, stop) is not { } first)
        {
            return null;
        }

        List<EntityChange[]> pages = [first.Entities];
        for (int number = 1; number < first.Pages; number++)
        {
            if (await Page(first.Revision, number, stop) is not { } page || page.Revision != first.Revision)
            {
                return null;
            }

            pages.Add(page.Entities);
        }

        return new SnapshotReading(first.Revision, pages);
    }

    private Task<SnapshotPage?> Page(long? revision, int number, CancellationToken stop) =>
        ControlPlaneCall.Within(callTimeout, time, cancel => controlPlane.Snapshot(workspace, revision, number, cancel), stop);
}
