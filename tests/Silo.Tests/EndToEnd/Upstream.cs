using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Silo.Tests.EndToEnd;

/// <summary>A real server behind the gateway.</summary>
internal sealed class Upstream : IAsyncDisposable
{
    private readonly WebApplication app;

    private Upstream(WebApplication app) => this.app = app;

    public Uri Address { get; private init; } = null!;

    public static async Task<Upstream> Start(Action<WebApplication> map, HttpProtocols protocols = HttpProtocols.Http1, Action<IServiceCollection>? services = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = protocols);
        });
        services?.Invoke(builder.Services);
        WebApplication app = builder.Build();
        app.UseWebSockets();
        map(app);
        await app.StartAsync();
        return new Upstream(app) { Address = new Uri(app.Urls.Single()) };
    }

    /// <summary>Answers every request with its path and query.</summary>
    public static Task<Upstream> Echo() => Start(app => app.Run(context => context.Response.WriteAsync($"{context.Request.Path}{context.Request.QueryString}")));

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
