using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Configuration;
using Mesh.Edge.Listeners;
using Mesh.Edge.Plugins;
using Mesh.Edge.Plugins.IpRestriction;
using Mesh.Edge.Plugins.Logging;
using Mesh.Edge.Plugins.Prometheus;
using Mesh.Edge.Settings;
using Mesh.Edge.Streams;
using Mesh.Edge.Telemetry;
using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tests.Sync;
using Mesh.Edge.Tls;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Edge.Tests.Streams;

/// <summary>A stream server on free ports of this machine with a configuration of documents.</summary>
internal sealed class StreamEdge : IAsyncDisposable
{
    private static readonly Lazy<ServerCertificate> Fallback = new(() => new ServerCertificate(TestCertificates.Make("fallback.test")));
    private readonly LogOutputs outputs = new(TimeProvider.System, NullLoggerFactory.Instance);
    private readonly EdgeCompiler compiler;
    private readonly CurrentSnapshot current;
    private long revision;

    private StreamEdge(StreamLimits? limits)
    {
        compiler = new EdgeCompiler(PluginCatalog.Create(TimeProvider.System, outputs), _ => ValueTask.CompletedTask);
        current = new CurrentSnapshot(compiler.Empty);
        Traffic = new TrafficRecorder(TimeProvider.System, Guid.NewGuid());
        Server = new StreamServer(
            current, new EdgeSettings(), Traffic, Fallback.Value, TimeProvider.System, NullLoggerFactory.Instance, limits ?? new StreamLimits { ClockPeriod = TimeSpan.FromMilliseconds(10) });
    }

    public StreamServer Server { get; }

    public TrafficRecorder Traffic { get; }

    public LogOutputs Outputs => outputs;

    public ListenDirective Directive { get; private set; } = new();

    public IPEndPoint EndPoint { get; private set; } = new(IPAddress.Loopback, 0);

    public EdgeSnapshot Snapshot => current.Value;

    public static async Task<StreamEdge> StartAsync(string directive, StreamLimits? limits = null, params EntityChange[] changes)
    {
        var edge = new StreamEdge(limits);
        edge.Apply(changes);
        edge.Directive = TestEdge.Directive(directive);
        ListenerReport report = await edge.Server.BindAsync(Guid.Empty, "test", edge.Directive, CancellationToken.None);
        Assert.Equal((ListenerState.Bound, null), (report.State, report.Reason));
        edge.EndPoint = new IPEndPoint(IPAddress.Loopback, TestEdge.PortOf(report));
        return edge;
    }

    public static EntityChange Service(int number, int port, string protocol = "tcp", string host = "127.0.0.1", string extra = "") =>
        Documents.Put(EntityKinds.Services, number, $$"""{"id":"{{Documents.Id(number)}}","name":"service-{{number}}","protocol":"{{protocol}}","host":"{{host}}","port":{{port}}{{extra}}}""");

    /// <param name="match">The fields that the route matches by, as JSON without braces.</param>
    public static EntityChange Route(int number, int service, string protocol, string match) => Documents.Put(EntityKinds.Routes, number, $$$"""
        {"id":"{{{Documents.Id(number)}}}","name":"route-{{{number}}}","protocols":["{{{protocol}}}"],{{{match}}},"service":{"id":"{{{Documents.Id(service)}}}"}}
        """);

    /// <summary>Any client of this machine.</summary>
    public const string FromHere = """ "sources":[{"ip":"127.0.0.0/8"}] """;

    public static string Sni(params string[] names) => $"\"snis\":[{string.Join(',', names.Select(name => $"\"{name}\""))}]";

    public static EntityChange Plugin(int number, string name, string config, string protocols = """["tcp","tls","tls_passthrough","udp"]""") =>
        Documents.Put(EntityKinds.Plugins, number, $$$"""{"id":"{{{Documents.Id(number)}}}","name":"{{{name}}}","protocols":{{{protocols}}},"config":{{{config}}},"enabled":true}""");

    public void Apply(params EntityChange[] changes) => current.Publish(compiler.Apply(current.Value, ++revision, changes));

    /// <summary>From now on only these may connect.</summary>
    public async Task Allow(params string[] addresses)
    {
        var terms = new ListenerTerms { Allowed = new AddressSet(addresses) };
        Assert.Equal(ListenerState.Bound, (await Server.BindAsync(Guid.Empty, "test", Directive, terms, CancellationToken.None)).State);
    }

    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(EndPoint, TestContext.Current.CancellationToken);
        return socket;
    }

    public async Task<SslStream> ConnectTlsAsync(string name, params SslApplicationProtocol[] protocols)
    {
        var stream = new SslStream(new NetworkStream(await ConnectAsync(), ownsSocket: true));
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = name, RemoteCertificateValidationCallback = (_, _, _, _) => true, ApplicationProtocols = protocols.Length == 0 ? null : [.. protocols] },
            TestContext.Current.CancellationToken);
        return stream;
    }

    /// <summary>Sends, says that nothing more comes, and reads to the end.</summary>
    public async Task<string> ExchangeAsync(string text)
    {
        using Socket socket = await ConnectAsync();
        await using var stream = new NetworkStream(socket);
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);
        socket.Shutdown(SocketShutdown.Send);
        return await ReadToEndAsync(stream);
    }

    public static async Task<string> ReadToEndAsync(Stream stream)
    {
        using var guard = new CancellationTokenSource(TestEdge.Guard);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(guard.Token);
    }

    /// <summary>True when the connection ends, properly or by a reset, without anything having come.</summary>
    public static async Task<bool> IsClosedAsync(Socket socket)
    {
        using var guard = new CancellationTokenSource(TestEdge.Guard);
        try
        {
            return await socket.ReceiveAsync(new byte[1], guard.Token) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    public async Task<TrafficSample> TrafficOfRouteAsync(int route)
    {
        TrafficSample? sample = null;
        await TestEdge.UntilAsync(() => (sample = Traffic.Fold().SelectMany(batch => batch.Samples)
            .FirstOrDefault(one => one.Subject == TrafficSubject.Route && one.Id == Documents.Id(route))) is not null);
        return sample!;
    }

    public string MetricsPage() => Encoding.UTF8.GetString(new MetricsPage(outputs.Metrics).Write(new NodeReading("node", "1", "default", true, 0, 0, 0, 0, Snapshot), Mesh.Edge.Telemetry.Exposition.ExpositionFormat.Text).Span);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await outputs.StopAsync(TimeSpan.FromSeconds(5));
        outputs.Dispose();
    }
}
