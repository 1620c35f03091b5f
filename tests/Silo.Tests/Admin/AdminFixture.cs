using Mesh.Abstractions.Reports;
using Mesh.Edge.Sync;
using Mesh.Silo.Hosting;

namespace Mesh.Silo.Tests.Admin;

/// <summary>An Admin API on a real silo and the embedded store, all in this process.</summary>
public sealed class AdminFixture : IAsyncLifetime
{
    public const int MaxBodyBytes = AdminHost.MaxBodyBytes;
    public const string GuiOrigin = AdminHost.GuiOrigin;

    private readonly string data = Directory.CreateTempSubdirectory("mesh-admin-").FullName;
    private EmbeddedStore? store;
    private AdminHost? host;
    private int number;

    public AdminClient Client => host!.Client;

    /// <summary>Base URL.</summary>
    public string Address => host!.Address;

    public IGrainFactory Grains => host!.Grains;

    public int NextNumber() => Interlocked.Increment(ref number);

    public Task Report(EdgeReport report) => new OrleansControlPlane(Grains).Report(report, CancellationToken.None);

    public async ValueTask InitializeAsync()
    {
        store = EmbeddedStore.Start(data);
        host = await AdminHost.Start(store.Endpoint, data);
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            await host.DisposeAsync();
        }

        store?.Dispose();
        Directory.Delete(data, recursive: true);
    }
}
