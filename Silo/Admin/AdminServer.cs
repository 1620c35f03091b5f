using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Mesh.Edge.Forwarding;
using Mesh.Edge.Listeners;
using Mesh.Edge.Sync.Remote;
using Mesh.Edge.Tls;
using Mesh.Edge.Tls.ClientCertificates;
using Mesh.Edge.Tls.Hello;
using Mesh.Silo.Admin.Access.ClientCertificates;
using Mesh.Silo.Admin.Guard;
using Mesh.Silo.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Hosting;

namespace Mesh.Silo.Admin;

/// <summary>The Admin API's own Kestrel.</summary>
internal sealed class AdminServer : IAsyncDisposable
{
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    private readonly WebApplication application;

    private readonly AdminServices services;
    private readonly int[] ports;

    private AdminServer(WebApplication application, AdminServices services, int[] ports)
    {
        this.application = application;
        this.services = services;
        this.ports = ports;
        Array.ForEach(ports, LoopbackCalls.Watch);
    }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:8001</c>.</summary>
    public IReadOnlyList<string> Addresses => [.. application.Urls];

    /// <param name="certificate">Served on <c>ssl</c> listeners.</param>
    /// <exception cref="StartRefusedException">An address cannot be bound.</exception>
    public static async Task<AdminServer> Start(AdminServices services, X509Certificate2 certificate, CancellationToken cancel)
    {
        TlsSelector tls = new(
            () => CertificateTable.Empty, new ServerCertificate(certificate), new TlsContexts(TlsProfile.Of(services.Settings.Edge)), services.Logging.CreateLogger<AdminServer>());
        ClientTrust? clients = AdminClientTrust.Of(services.Settings.Admin, services.Revocations);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "mesh" });
        builder.Services.AddSingleton(services.Logging);
        builder.Services.AddSingleton<IHostLifetime, DetachedLifetime>();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = services.Settings.Admin.MaxBodyBytes;
            kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
            foreach (ListenDirective directive in ListenDirectives.Parse(services.Settings.Admin.Listen).Directives)
            {
                Listen(kestrel, directive, services, tls, clients);
            }
        });
        WebApplication application = builder.Build();
        AdminPipeline pipeline = new(services);
        application.Run(http => services.Connections.CountRequest(() => pipeline.Handle(http)));
        try
        {
            await application.StartAsync(cancel);
            return new AdminServer(application, services, [.. application.Urls.Select(url => BindingAddress.Parse(url)).Where(address => !address.IsUnixPipe).Select(address => address.Port)]);
        }
        catch (Exception failure)
        {
            await application.DisposeAsync();
            if (failure is IOException or SocketException)
            {
                throw new StartRefusedException($"MESH_ADMIN_LISTEN: {failure.Message.ReplaceLineEndings(" ").TrimEnd('.')}: stop what uses it, or choose another address");
            }

            throw;
        }
    }

    /// <summary>Stops accepting and lets running requests end.</summary>
    public Task Stop(CancellationToken cancel) => application.StopAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await application.DisposeAsync();
        Array.ForEach(ports, LoopbackCalls.Unwatch);
        services.Snapshots.Dispose();
        services.Oidc?.Dispose();
    }

    private static void Listen(KestrelServerOptions kestrel, ListenDirective directive, AdminServices services, TlsSelector tls, ClientTrust? clients)
    {
        if (directive.UnixPath is { } path)
        {
            kestrel.ListenUnixSocket(path, Configure);
        }
        else if (directive.Host == "localhost")
        {
            kestrel.ListenLocalhost(directive.Port, Configure);
        }
        else
        {
            IPAddress address = IPAddress.TryParse(directive.Host, out IPAddress? literal) ? literal : Dns.GetHostAddresses(directive.Host)[0];
            kestrel.Listen(address, directive.Port, Configure);
        }

        void Configure(ListenOptions options)
        {
            // HTTP/2 is agreed on in the TLS handshake; on clear text Kestrel would have to choose one of the two.
            options.Protocols = directive is { Ssl: true, Http2: true } ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1;
            options.Use(next => connection => services.Connections.Count(() => AdminDoor.Pass(connection, directive, services.Settings.Admin, next)));
            if (directive.Ssl)
            {
                HelloPeek peek = new(HandshakeTimeout, TimeProvider.System);
                options.Use(next => connection => peek.ReadAsync(connection, next));
                options.UseHttps(new TlsHandshakeCallbackOptions
                {
                    HandshakeTimeout = HandshakeTimeout,
                    OnConnection = hello => tls.SelectAsync(
                        hello.ClientHelloInfo.ServerName,
                        directive.Http2 ? TlsUse.Http2 : TlsUse.Http1,
                        hello.Connection.Features.Get<ClientHello>()?.Signatures,
                        clients),
                });
            }
        }
    }
}
