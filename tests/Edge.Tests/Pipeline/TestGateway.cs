using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Entities;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Configuration;
using Mesh.Edge.Forwarding;
using Mesh.Edge.Listeners;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins;
using Mesh.Edge.Settings;
using Mesh.Edge.Telemetry;
using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tls;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Yarp.ReverseProxy.Forwarder;

namespace Mesh.Edge.Tests.Pipeline;

/// <summary>The whole data plane on loopback: listener, guard, router, plugins, forwarder; configured by documents.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private static readonly Lazy<X509Certificate2> Fallback = new(() => TestCertificates.Make("gateway.test"));
    private readonly EdgeServer server;
    private readonly EdgeCompiler compiler;
    private readonly CurrentSnapshot current;
    private readonly ServiceProvider services;

    private TestGateway(EdgeSettings settings, IReadOnlyList<IPlugin> plugins, TimeProvider time, bool own)
    {
        services = new ServiceCollection().AddLogging().AddHttpForwarder().BuildServiceProvider();
        var forwarder = new Forwarder(services.GetRequiredService<IHttpForwarder>(), time, NullLogger<Forwarder>.Instance);
        Transports = new Transports(time, own);
        compiler = new EdgeCompiler(new PluginCatalog(plugins), forwarder.Forward, transports: Transports);
        current = new CurrentSnapshot(compiler.Empty);
        Traffic = new TrafficRecorder(TimeProvider.System, Guid.NewGuid());
        var pipeline = new RequestPipeline(current, settings, Traffic, TimeProvider.System, NullLogger<RequestPipeline>.Instance);
        Application = new GatewayApplication(pipeline);
        server = new EdgeServer(() => current.Value.Certificates, new ServerCertificate(Fallback.Value), TimeProvider.System, NullLoggerFactory.Instance);
    }

    public GatewayApplication Application { get; }
    public TrafficRecorder Traffic { get; }
    public Transports Transports { get; }
    public EdgeSnapshot Snapshot => current.Value;

    /// <summary>Clear text: HTTP/1.1, and HTTP/2 by prior knowledge.</summary>
    public int Port { get; private set; }

    /// <summary>TLS, both protocols by ALPN.</summary>
    public int SecurePort { get; private set; }

    public static Task<TestGateway> StartAsync(params EntityChange[] entities) => StartAsync(new EdgeSettings(), [], TimeProvider.System, entities);

    /// <summary>One service with one route that takes every path.</summary>
    public static Task<TestGateway> InFrontOfAsync(int port, Func<Service, Service>? service = null, Func<Route, Route>? route = null, EdgeSettings? settings = null, TimeProvider? time = null, bool own = true)
    {
        Service one = Entities.Service(1, port);
        Route two = Entities.Route(2, 1);
        return StartAsync(settings ?? new EdgeSettings(), [], time ?? TimeProvider.System, own, (service?.Invoke(one) ?? one).Put(), (route?.Invoke(two) ?? two).Put());
    }

    /// <param name="time">The clock of upstream timeouts.</param>
    public static Task<TestGateway> StartAsync(EdgeSettings settings, IReadOnlyList<IPlugin> plugins, TimeProvider time, params EntityChange[] entities) =>
        StartAsync(settings, plugins, time, own: true, entities);

    /// <param name="time">The clock of upstream timeouts.</param>
    /// <param name="own">Whether plain requests go over connections of our own, or all through the library's client.</param>
    public static async Task<TestGateway> StartAsync(EdgeSettings settings, IReadOnlyList<IPlugin> plugins, TimeProvider time, bool own, params EntityChange[] entities)
    {
        var gateway = new TestGateway(settings, plugins, time, own);
        gateway.Apply(entities);
        await gateway.server.StartAsync(gateway.Application, CancellationToken.None);
        gateway.Port = await gateway.BindAsync("127.0.0.1:0 http2");
        gateway.SecurePort = await gateway.BindAsync("127.0.0.1:0 ssl http2");
        return gateway;
    }

    public void Apply(params EntityChange[] changes)
    {
        EdgeSnapshot next = compiler.Apply(current.Value, current.Value.Revision + 1, changes);
        Assert.Empty(next.Problems);
        current.Publish(next);
    }

    public Task<RawClient> ConnectAsync() => RawClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port));

    /// <summary>Sends bytes on a connection of its own and reads until the gateway closes it.</summary>
    public async Task<string> ExchangeAsync(string request)
    {
        await using RawClient client = await ConnectAsync();
        await client.SendAsync(request);
        return await client.ReadToEndAsync();
    }

    /// <summary>A GET whose answer ends the connection.</summary>
    public Task<string> GetAsync(string target, string headers = "") =>
        ExchangeAsync($"GET {target} HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n{headers}\r\n");

    public HttpClient Http(Version? version = null, bool secure = false) => new(Handler())
    {
        BaseAddress = new Uri(secure ? $"https://127.0.0.1:{SecurePort}" : $"http://127.0.0.1:{Port}"),
        DefaultRequestVersion = version ?? HttpVersion.Version11,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = TestEdge.Guard,
    };

    public static SocketsHttpHandler Handler() => new()
    {
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        UseProxy = false,
        AllowAutoRedirect = false,
    };

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await services.DisposeAsync();
    }

    private async Task<int> BindAsync(string directive)
    {
        ListenerReport report = await server.BindAsync(Guid.Empty, directive, TestEdge.Directive(directive), CancellationToken.None);
        Assert.Equal((ListenerState.Bound, null), (report.State, report.Reason));
        return TestEdge.PortOf(report);
    }
}
