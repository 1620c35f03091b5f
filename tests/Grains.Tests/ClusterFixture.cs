using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.TestingHost;

namespace Mesh.Grains.Tests;

/// <summary>One silo in this process, its grains on a clock that tests can move.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private InProcessTestCluster? cluster;

    public ShiftedTime Time { get; } = new();

    public IGrainFactory Grains => cluster!.Client;

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => silo.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Time)));
        cluster = builder.Build();
        await cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (cluster is not null)
        {
            await cluster.DisposeAsync();
        }
    }
}
