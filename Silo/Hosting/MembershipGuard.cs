using Mesh.Grains.Log;
using Mesh.Silo.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using StackExchange.Redis;

namespace Mesh.Silo.Hosting;

/// <summary>
/// Ends a silo that the membership table no longer knows. When the store loses its data, running silos would go on by what they
/// remember while new ones form a second cluster on the empty table: two owners of every grain.
/// </summary>
internal sealed partial class MembershipGuard(
    StoreEndpoint store,
    SiloSettings settings,
    ILocalSiloDetails silo,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<MembershipGuard> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>Readings in a row without the row; one could fall into a failover.</summary>
    private const int MaxMisses = 2;

    private readonly TaskCompletionSource joined = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes once the row was seen: only what was there can be lost.</summary>
    public Task Joined => joined.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        RedisKey table = StoreEndpoint.MembershipKey(settings);
        int misses = 0;
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                bool known = await store.Log.GetDatabase().HashExistsAsync(table, silo.SiloAddress.ToString());
                if (known)
                {
                    joined.TrySetResult();
                }

                misses = known || !joined.Task.IsCompleted ? 0 : misses + 1;
            }
            catch (Exception failure) when (StoreCalls.IsStoreFailure(failure))
            {
                // Unreadable is not lost: a silo serves on while the store is away.
                misses = 0;
            }

            if (misses == MaxMisses)
            {
                LogLost(silo.SiloAddress.ToString());
                Environment.ExitCode = 1;
                lifetime.StopApplication();
                return;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The membership table no longer knows this silo ({Silo}): the store has lost data. The process ends, to join anew")]
    private partial void LogLost(string silo);
}
