using Mesh.Abstractions.Sealing;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Mesh.Grains.Log;

/// <summary>The store of all workspaces' logs; one per silo.</summary>
internal sealed class LogStore(IConnectionMultiplexer connection, PayloadSeal seal, LogSettings settings, TimeProvider time, ILogger<LogStore> logger)
{
    public WorkspaceLog Open(string workspace) => new(connection.GetDatabase(), workspace, seal, settings, time, logger);

    /// <summary>A client for the log: commands fail at once while disconnected and are given up early, so that the caller can say so in time.</summary>
    public static ConfigurationOptions ClientOptions(ConfigurationOptions endpoint)
    {
        ConfigurationOptions options = endpoint.Clone();
        options.ClientName = "mesh-log";
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.AsyncTimeout = (int)LogLimits.CommandTimeout.TotalMilliseconds;
        options.SyncTimeout = options.AsyncTimeout;
        options.ConnectTimeout = 1000;
        options.HeartbeatInterval = TimeSpan.FromMilliseconds(200);
        options.ReconnectRetryPolicy = new LinearRetry(200);
        return options;
    }
}
