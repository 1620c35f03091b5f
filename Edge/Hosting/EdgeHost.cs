using Mesh.Abstractions.ControlPlane;
using Mesh.Abstractions.Entities;
using Mesh.Abstractions.Reports;
using Mesh.Abstractions.Sealing;
using Mesh.Edge.Configuration;
using Mesh.Edge.Forwarding;
using Mesh.Edge.Listeners;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins;
using Mesh.Edge.Plugins.IpRestriction;
using Mesh.Edge.Plugins.Logging;
using Mesh.Edge.Plugins.Prometheus;
using Mesh.Edge.Settings;
using Mesh.Edge.Status;
using Mesh.Edge.Streams;
using Mesh.Edge.Sync;
using Mesh.Edge.Sync.LastKnownGood;
using Mesh.Edge.Telemetry;
using Mesh.Edge.Telemetry.Export;
using Mesh.Edge.Telemetry.Exposition;
using Mesh.Edge.Telemetry.Signals;
using Mesh.Edge.Tls;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Resources;
using Yarp.ReverseProxy.Forwarder;

namespace Mesh.Edge.Hosting;

/// <summary>
/// A whole edge: configuration from disk and from the control plane, the proxy's listeners and pipeline, the status
/// listener, reports. The same in a process of its own and beside a silo.
/// </summary>
internal sealed partial class EdgeHost : IAsyncDisposable
{
    /// <summary>
    /// How long the proxy's sockets stay closed while there is no configuration at all; after that requests are answered
    /// that there is none.
    /// </summary>
    public static readonly TimeSpan ConfigurationGrace = TimeSpan.FromSeconds(2);

    /// <summary>How long requests in flight may take to finish at the end.</summary>
    public static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(30);

    private const int MaxReportedProblems = 1000;
    private static readonly TimeSpan LastReportTimeout = TimeSpan.FromSeconds(2);

    /// <summary>For the log plugins' outputs to write what waits.</summary>
    private static readonly TimeSpan LogFlushTimeout = TimeSpan.FromSeconds(5);

    private readonly EdgeSettings settings;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly ServiceProvider services;
    private readonly CurrentSnapshot current;
    private readonly LastKnownGoodWriter lastKnownGood;
    private readonly SyncLoop sync;
    private readonly Reporter reporter;
    private readonly MemoryReturn memory;
    private readonly RequestCounter requests = new();
    private readonly LogOutputs logOutputs;
    private readonly MetricsPage metrics;
    private readonly EdgeGauges gauges;
    private readonly Resource resource;
    private MetricsCollector? instruments;
    private readonly GatewayApplication gateway;
    private readonly EdgeServer proxy;
    private readonly StreamServer streams;
    private readonly EdgeServer status;
    private readonly ListenerReconciler listeners;
    private readonly CancellationTokenSource listening = new();
    private Task follows = Task.CompletedTask;
    private readonly CancellationTokenSource stopping = new();
    private readonly List<Task> background = [];
    private volatile EdgePhase phase = EdgePhase.Starting;
    private int stopped;

    private EdgeHost(EdgeSettings settings, string service, IControlPlane controlPlane, ILoggerFactory loggers, TimeProvider time)
    {
        this.settings = settings;
        this.time = time;
        logger = loggers.CreateLogger<EdgeHost>();
        ResourceBuilder described = ResourceBuilder.CreateEmpty();
        ProcessResource.Describe(described, service, settings, Environment.GetEnvironmentVariables());
        resource = described.Build();
        services = new ServiceCollection().AddSingleton(loggers).AddLogging().AddHttpForwarder().BuildServiceProvider();
        string directory = Path.Combine(settings.DataDirectory, "edge");
        Identity = EdgeIdentityFile.Load(directory, settings, time, logger);
        var traffic = new TrafficRecorder(time, Identity.Id);
        var forwarder = new Forwarder(services.GetRequiredService<IHttpForwarder>(), time, loggers.CreateLogger<Forwarder>());
        logOutputs = new LogOutputs(time, loggers);
        metrics = new MetricsPage(logOutputs.Metrics);
        var compiler = new EdgeCompiler(PluginCatalog.Create(time, logOutputs), forwarder.Forward, transports: new Transports(time));
        current = new CurrentSnapshot(compiler.Empty);
        gateway = new GatewayApplication(new RequestPipeline(current, settings, traffic, time, loggers.CreateLogger<RequestPipeline>()));

        string place = Path.Combine(directory, "configuration", settings.Workspace);
        var generations = new GenerationStore(place, new PayloadSeal(settings.KeyringKey));
        lastKnownGood = new LastKnownGoodWriter(generations, place + ".lock", time, loggers.CreateLogger<LastKnownGoodWriter>());
        sync = new SyncLoop(controlPlane, settings.Workspace, compiler, current, lastKnownGood, time, loggers.CreateLogger<SyncLoop>());
        reporter = new Reporter(controlPlane, Identity, settings.Workspace, Observe, traffic.Fold, time, loggers.CreateLogger<Reporter>());
        memory = new MemoryReturn(time, MemoryReturn.Compact);
        sync.Took = memory.Applied;

        var fallback = new ServerCertificate(SelfSignedCertificate.Load(settings.DataDirectory, time));
        AddressSet? trusted = settings.TrustedIps.Count == 0 ? null : new AddressSet(settings.TrustedIps.Select(network => network.ToString()));
        var ownTerms = new ListenerTerms { Trusted = trusted };
        var contexts = new TlsContexts(TlsProfile.Of(settings), settings.SslLiveCertificates);
        proxy = new EdgeServer(() => current.Value.Certificates, fallback, time, loggers, contexts: contexts) { OwnTerms = ownTerms };
        status = new EdgeServer(() => current.Value.Certificates, fallback, time, loggers, contexts: contexts);
        streams = new StreamServer(current, settings, traffic, fallback, time, loggers, contexts: contexts) { OwnTerms = ownTerms };
        listeners = new ListenerReconciler(
            new Dictionary<string, IListenerServer> { [Listener.Http] = proxy, [Listener.Stream] = streams },
            new EdgePlace(settings.Region, settings.Zone, settings.Labels),
            trusted,
            current,
            time,
            loggers.CreateLogger<ListenerReconciler>())
        {
            Changed = reporter.RevisionChanged,
        };
        sync.Applied = listeners.Notify;
        gauges = new EdgeGauges(() => Revision, () => Problems().Count(), () => requests.InFlight, () => proxy.OpenConnections, () => streams.OpenStreams, () => traffic.Dropped);
    }

    public EdgeIdentity Identity { get; }

    /// <summary>What requests are served by.</summary>
    public EdgeSnapshot Snapshot => current.Value;

    /// <summary>The revision that requests are served by.</summary>
    public long Revision => current.Value.Revision;

    /// <summary>The proxy's listeners, with the ports that were bound.</summary>
    public IReadOnlyList<ListenerReport> ProxyListeners => proxy.Reports();

    public IReadOnlyList<ListenerReport> StreamListeners => streams.Reports();

    public IReadOnlyList<ListenerReport> StatusListeners => status.Reports();

    /// <summary>The page that <c>/metrics</c> answers, in UTF-8. Not for threads that poll sockets.</summary>
    public ReadOnlyMemory<byte> Metrics(ExpositionFormat format)
    {
        ListenerReport[] listeners = proxy.Reports();
        ListenerReport[] streamListeners = streams.Reports();
        var node = new NodeReading(
            Identity.Id.ToString(),
            MeshVersion.Current,
            settings.Workspace,
            sync.Status.Connected,
            listeners.Sum(listener => listener.Accepted),
            listeners.Sum(listener => (long)listener.Connections),
            requests.InFlight,
            requests.Total,
            current.Value,
            streamListeners.Sum(listener => listener.Accepted),
            streamListeners.Sum(listener => listener.Connections));
        return metrics.Write(node, format, instruments is { } measured ? page => WriteInstruments(page, measured) : null);
    }

    /// <summary>Starts an edge and returns when it takes requests.</summary>
    /// <param name="service"><c>mesh-edge</c> or <c>mesh</c>: what telemetry calls this process.</param>
    /// <param name="controlPlane">Stays the caller's; must outlive the edge.</param>
    public static async Task<EdgeStart> StartAsync(
        EdgeSettings settings, string service, IControlPlane controlPlane, ILoggerFactory loggers, TimeProvider time, CancellationToken cancel = default)
    {
        string? proxyProblem = EdgeListeners.Read("MESH_PROXY_LISTEN", settings.ProxyListen, out IReadOnlyList<ListenDirective> proxyListen);
        string? statusProblem = EdgeListeners.Read("MESH_STATUS_LISTEN", settings.StatusListen, out IReadOnlyList<ListenDirective> statusListen);
        string? streamProblem = EdgeListeners.Read("MESH_STREAM_LISTEN", settings.StreamListen, out IReadOnlyList<ListenDirective> streamListen);
        string? problem = proxyProblem ?? statusProblem ?? streamProblem ?? DataDirectory.Check(settings.DataDirectory);
        if (problem is not null)
        {
            return new EdgeStart(null, problem);
        }

        var host = new EdgeHost(settings, service, controlPlane, loggers, time);
        try
        {
            problem = await host.Start(proxyListen, streamListen, statusListen, cancel);
        }
        catch
        {
            await host.StopAsync(TimeSpan.Zero);
            throw;
        }

        if (problem is null)
        {
            return new EdgeStart(host, null);
        }

        await host.StopAsync(TimeSpan.Zero);
        return new EdgeStart(null, problem);
    }

    /// <summary>Not ready, no new connections, then what is in flight finishes within <paramref name="drain"/>; the last report says so.</summary>
    public async Task StopAsync(TimeSpan drain)
    {
        if (Interlocked.Exchange(ref stopped, 1) != 0)
        {
            return;
        }

        phase = EdgePhase.Draining;
        await listening.CancelAsync();
        await follows.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(proxy.StopAsync(drain), streams.StopAsync(drain));
        await logOutputs.StopAsync(LogFlushTimeout);
        await stopping.CancelAsync();
        await Task.WhenAll(background).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using (var limit = new CancellationTokenSource(LastReportTimeout, time))
        {
            await reporter.Finish(limit.Token);
        }

        lastKnownGood.Flush();
        gauges.Dispose();
        instruments?.Dispose();
        await status.DisposeAsync();
        await proxy.DisposeAsync();
        await streams.DisposeAsync();
        listeners.Dispose();
        listening.Dispose();
        lastKnownGood.Dispose();
        reporter.Dispose();
        memory.Dispose();
        logOutputs.Dispose();
        await services.DisposeAsync();
        stopping.Dispose();
    }

    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero);

    private async Task<string?> Start(
        IReadOnlyList<ListenDirective> proxyListen, IReadOnlyList<ListenDirective> streamListen, IReadOnlyList<ListenDirective> statusListen, CancellationToken cancel)
    {
        await status.StartAsync(new StatusApplication(View, Metrics, new StatusAccess(settings)), cancel);
        if (await EdgeListeners.Bind(status.BindAsync, "MESH_STATUS_LISTEN", "status", statusListen, cancel) is { } statusProblem)
        {
            return statusProblem;
        }

        if (settings.StatusMetrics && statusListen.Count > 0)
        {
            instruments = new MetricsCollector(ProcessMeters.Names, time, services.GetRequiredService<ILogger<MetricsCollector>>());
        }

        sync.LoadFromDisk();
        background.Add(Watched(sync.Run(stopping.Token), "sync"));
        background.Add(Watched(reporter.Run(stopping.Token), "reports"));
        background.Add(Watched(lastKnownGood.Run(stopping.Token), "last-known-good"));
        background.Add(Watched(memory.Run(stopping.Token), "memory"));
        await Task.WhenAny(sync.FirstConfiguration, Task.Delay(ConfigurationGrace, time, cancel));
        cancel.ThrowIfCancellationRequested();

        await proxy.StartAsync(new CountedApplication<Pipeline.RequestContext>(gateway, requests), cancel);
        if (await EdgeListeners.Bind(proxy.BindAsync, "MESH_PROXY_LISTEN", "proxy", proxyListen, cancel) is { } problem)
        {
            return problem;
        }

        string? streamProblem = await EdgeListeners.Bind(streams.BindAsync, "MESH_STREAM_LISTEN", "stream", streamListen, cancel);
        if (streamProblem is not null)
        {
            return streamProblem;
        }

        // The edge's own come first: a listener of the configuration that wants the same address is the one that fails.
        await listeners.ReconcileAsync(cancel);
        follows = Watched(listeners.Run(listening.Token), "listeners");
        phase = EdgePhase.Serving;
        reporter.RevisionChanged();
        LogServing(logger, Identity.Id, Revision, string.Join(", ", proxy.Reports().Concat(streams.Reports()).Select(listener => listener.Directive)));
        if (InheritedSockets.OfProcess.Unclaimed is { Count: > 0 } unclaimed)
        {
            LogUnclaimed(logger, string.Join(", ", unclaimed));
        }

        return null;
    }

    private async Task Watched(Task loop, string name)
    {
        try
        {
            await loop;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            LogEnded(logger, name);
        }
        catch (Exception failure)
        {
            // These loops have no expected end: it must be seen that one is missing, and requests are served all the same.
            LogLoopDied(logger, name, failure);
        }
    }

    private void WriteInstruments(ExpositionWriter page, MetricsCollector measured)
    {
        ResourcePart.Write(page, resource.Attributes);
        measured.Write(page);
    }

    private ReportedState Observe() => new(
        listeners.Revision,
        [.. Problems().Take(MaxReportedProblems)],
        [.. proxy.Reports(), .. streams.Reports(), .. status.Reports(), .. listeners.Refused],
        new EdgeResources(Environment.WorkingSet, Environment.CpuUsage.TotalTime.TotalSeconds, GC.GetTotalMemory(false), proxy.OpenConnections + streams.OpenStreams, requests.InFlight));

    private IEnumerable<ApplyProblem> Problems()
    {
        IEnumerable<ApplyProblem> problems = sync.Status.Problems.Concat(current.Value.Problems).Concat(logOutputs.Problems(Revision));
        return lastKnownGood.Failure is { } failure
            ? problems.Prepend(new ApplyProblem(Revision, "", Guid.Empty, $"the configuration cannot be kept on disk: {failure}"))
            : problems;
    }

    private EdgeView View()
    {
        ReportedState state = Observe();
        return new EdgeView(
            phase, Identity, settings.Workspace, current.Value, sync.Status, lastKnownGood.WrittenRevision, lastKnownGood.Failure,
            state.Listeners, state.Resources, requests.Total, [.. Problems()], reporter.LostIntervals);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Edge {Id} serves revision {Revision} on {Listeners}")]
    private static partial void LogServing(ILogger logger, Guid id, long revision, string listeners);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sockets were passed to this process that no listener takes so far: {Sockets}")]
    private static partial void LogUnclaimed(ILogger logger, string sockets);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The {Name} loop has ended")]
    private static partial void LogEnded(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The {Name} loop has died; the edge serves on without it. Please report this.")]
    private static partial void LogLoopDied(ILogger logger, string name, Exception failure);
}
