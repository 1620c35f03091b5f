using System.Net;
using Mesh.Edge.ClusterTls;
using Mesh.Silo.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace Mesh.Silo.Tests.Hosting;

/// <summary>An Orleans client outside the silo, as an edge is one.</summary>
internal sealed class RemoteClient : IAsyncDisposable
{
    private readonly IHost host;

    private RemoteClient(IHost host) => this.host = host;

    public IGrainFactory Grains => host.Services.GetRequiredService<IClusterClient>();

    /// <exception cref="Exception">The silo does not take it in.</exception>
    public static async Task<RemoteClient> Connect(SiloSettings silo, ClusterCertificate? certificate = null)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, silo.GatewayPort));
            client.Configure<ClusterOptions>(options =>
            {
                options.ClusterId = silo.ClusterId;
                options.ServiceId = silo.ServiceId;
            });
            client.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(20));
            client.UseConnectionRetryFilter((_, _) => Task.FromResult(false));
            if (certificate is not null)
            {
                client.UseClusterTls(certificate);
            }
        });
        IHost host = builder.Build();
        try
        {
            await host.StartAsync();
            return new RemoteClient(host);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }
}
