using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Tests.Forwarding;

/// <summary>A real server as upstream.</summary>
internal sealed class KestrelUpstream : IAsyncDisposable
{
    private readonly WebApplication app;

    private KestrelUpstream(WebApplication app) => this.app = app;

    public int Port { get; private set; }

    public static async Task<KestrelUpstream> StartAsync(
        HttpProtocols protocols,
        Action<WebApplication> map,
        Action<IServiceCollection>? services = null,
        X509Certificate2? certificate = null,
        Func<X509Certificate2, bool>? clients = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(server =>
        {
            server.Limits.MaxRequestBodySize = null;
            server.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = protocols;
                if (certificate is not null)
                {
                    listen.UseHttps(https =>
                    {
                        // Only with a selector does the server look for a server name.
                        https.ServerCertificateSelector = (_, _) => certificate;
                        https.ClientCertificateMode = clients is null ? ClientCertificateMode.NoCertificate : ClientCertificateMode.RequireCertificate;
                        https.ClientCertificateValidation = (shown, _, _) => clients?.Invoke(shown) ?? true;
                    });
                }
            });
        });
        services?.Invoke(builder.Services);
        WebApplication app = builder.Build();
        map(app);
        await app.StartAsync();
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new KestrelUpstream(app) { Port = new Uri(address).Port };
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
