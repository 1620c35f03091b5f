using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.ControlPlane;
using Mesh.Abstractions.Reports;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;

namespace Mesh.Edge.Sync.Remote;

/// <summary>
/// The control plane of a lone edge: learns the gateways from the Admin API, connects to them and comes back by itself, for
/// ever. While it is not connected every call fails at once with the reason.
/// </summary>
internal sealed partial class RemoteControlPlane(GatewayDirectory directory, ILoggerFactory loggers, Action<IClientBuilder>? transport = null)
    : IControlPlane, IAsyncDisposable
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(3);

    private readonly ILogger logger = loggers.CreateLogger<RemoteControlPlane>();
    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;
    private ClusterSession? session;
    private string reason = "the control plane has not been reached yet";

    /// <summary>Begins to connect, in the background.</summary>
    public void Start() => running = Task.Run(() => Run(stopping.Token));

    public Task<ConfigDelta> Next(string workspace, long afterRevision, CancellationToken cancel) =>
        Call((plane, token) => plane.Next(workspace, afterRevision, token), cancel);

    public Task<SnapshotPage?> Snapshot(string workspace, long? revision, int page, CancellationToken cancel) =>
        Call((plane, token) => plane.Snapshot(workspace, revision, page, token), cancel);

    public Task Report(EdgeReport report, CancellationToken cancel) =>
        Call(
            async (plane, token) =>
            {
                await plane.Report(report, token);
                return true;
            },
            cancel);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running;
        stopping.Dispose();
        directory.Dispose();
    }

    private async Task<T> Call<T>(Func<OrleansControlPlane, CancellationToken, Task<T>> call, CancellationToken cancel)
    {
        ClusterSession connected = Volatile.Read(ref session) ?? throw new IOException(Volatile.Read(ref reason));
        CancellationToken connection = connected.Connection;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(connection, cancel);
        try
        {
            return await call(connected.ControlPlane, either.Token);
        }
        catch (OperationCanceledException failure) when (connection.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new IOException("the connection to a gateway was lost", failure);
        }
    }

    private async Task Run(CancellationToken stop)
    {
        var backoff = new JitteredBackoff(FirstDelay, LongestDelay);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                GatewayList gateways = await directory.Read(stop);
                await using ClusterSession connected = await ClusterSession.Connect(gateways, loggers, transport, stop);
                Volatile.Write(ref session, connected);
                LogConnected(logger, gateways.ClusterId, gateways.Gateways.Count);
                backoff.Reset();
                await Follow(connected.Gateways, stop);
                Volatile.Write(ref reason, "the cluster was replaced by another; connecting to it");
            }
            catch (Exception failure)
            {
                // Whatever it is, the edge serves on and the next try may succeed; callers hear the reason.
                Volatile.Write(ref reason, failure is OperationCanceledException ? "no gateway of the control plane answers" : failure.Message);
                if (!stop.IsCancellationRequested)
                {
                    LogAway(logger, reason);
                }
            }
            finally
            {
                Volatile.Write(ref session, null);
            }

            await Task.Delay(backoff.Next(), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Keeps the list of gateways fresh; returns when the control plane has become another cluster, which needs another client.</summary>
    private async Task Follow(KnownGateways known, CancellationToken stop)
    {
        while (true)
        {
            await Task.Delay(KnownGateways.RefreshPeriod, stop);
            try
            {
                GatewayList latest = await directory.Read(stop);
                if (!latest.SameCluster(known.List))
                {
                    return;
                }

                known.List = latest;
            }
            catch (IOException failure)
            {
                // The Admin API may be away while gateways are not: the last list stands.
                LogListStands(logger, failure.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Connected to cluster {Cluster} ({Gateways} gateways)")]
    private static partial void LogConnected(ILogger logger, string cluster, int gateways);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The control plane cannot be reached: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The list of gateways was not refreshed: {Reason}")]
    private static partial void LogListStands(ILogger logger, string reason);
}
