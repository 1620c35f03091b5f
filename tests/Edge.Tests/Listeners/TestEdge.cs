using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Guard;
using Mesh.Edge.Listeners;
using Mesh.Edge.Tls;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Edge.Tests.Listeners;

/// <summary>An edge server with a handler in place of the pipeline; every request passes the guard first.</summary>
internal sealed class TestEdge : IAsyncDisposable
{
    public static readonly TimeSpan Guard = TimeSpan.FromSeconds(20);
    private static readonly Lazy<X509Certificate2> Fallback = new(() => TestCertificates.Make("fallback.test"));

    private volatile CertificateTable certificates = CertificateTable.Empty;

    private TestEdge(EdgeServerLimits? limits, ServerCertificate? fallback, TlsContexts? contexts) =>
        Server = new EdgeServer(() => certificates, fallback ?? new ServerCertificate(Fallback.Value), TimeProvider.System, NullLoggerFactory.Instance, limits, contexts);

    public EdgeServer Server { get; }

    public CertificateTable Certificates
    {
        get => certificates;
        set => certificates = value;
    }

    public int Port { get; private set; }

    public static async Task<TestEdge> StartAsync(string directive, Func<HttpContext, GuardedTarget, Task>? handler = null, EdgeServerLimits? limits = null, ServerCertificate? fallback = null, TlsContexts? contexts = null)
    {
        var edge = new TestEdge(limits, fallback, contexts);
        await edge.Server.StartAsync(new GuardedApplication(handler ?? Echo), CancellationToken.None);
        ListenerReport report = await edge.BindAsync(directive);
        Assert.Equal((ListenerState.Bound, null), (report.State, report.Reason));
        edge.Port = PortOf(report);
        return edge;
    }

    public static int PortOf(ListenerReport report) => Directive(report.Directive).Port;

    public static ListenDirective Directive(string text) => Assert.Single(ListenDirectives.Parse(text).Directives);

    public ValueTask<ListenerReport> BindAsync(string directive, string name = "test") =>
        Server.BindAsync(Guid.Empty, name, Directive(directive), CancellationToken.None);

    public async Task<RawClient> ConnectAsync() => await RawClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port));

    public async Task<RawClient> ConnectTlsAsync(string name, params SslApplicationProtocol[] protocols) =>
        await RawClient.ConnectTlsAsync(new IPEndPoint(IPAddress.Loopback, Port), name, protocols);

    /// <summary>Sends bytes on a connection of its own and reads until the server closes it.</summary>
    public async Task<string> ExchangeAsync(string request)
    {
        await using RawClient client = await ConnectAsync();
        await client.SendAsync(request);
        return await client.ReadToEndAsync();
    }

    public HttpClient Http(Version version, string scheme = "http") => new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        UseProxy = false,
    })
    {
        BaseAddress = new Uri($"{scheme}://127.0.0.1:{Port}"),
        DefaultRequestVersion = version,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = Guard,
    };

    public static async Task UntilAsync(Func<bool> condition)
    {
        using var guard = new CancellationTokenSource(Guard);
        while (!condition())
        {
            guard.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>Answers with what the guard read and with the body's length, so that smuggled bytes would show.</summary>
    private static async Task Echo(HttpContext http, GuardedTarget target)
    {
        long length = 0;
        byte[] buffer = new byte[16 * 1024];
        for (int read; (read = await http.Request.Body.ReadAsync(buffer)) > 0;)
        {
            length += read;
        }

        ConnectionFacts facts = http.Features.Get<ConnectionFacts>()!;
        await http.Response.WriteAsync($"{http.Request.Protocol} {http.Request.Method} host={target.Host} port={target.Port} path={target.RawPath} query={target.Query} body={length} sni={facts.Sni} secure={facts.Secure}\n");
    }

    private sealed class GuardedApplication(Func<HttpContext, GuardedTarget, Task> handler) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public async Task ProcessRequestAsync(HttpContext context)
        {
            GuardVerdict verdict = RequestGuard.Check(context, context.Features.Get<ConnectionFacts>()!, out GuardedTarget target);
            if (verdict.Refused)
            {
                context.Response.StatusCode = verdict.Status;
                await context.Response.WriteAsync(verdict.Message);
                return;
            }

            await handler(context, target);
        }

        public void DisposeContext(HttpContext context, Exception? exception)
        {
        }
    }
}
