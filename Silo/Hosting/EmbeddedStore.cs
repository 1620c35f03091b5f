using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Garnet;
using Garnet.server;
using Garnet.server.Auth.Settings;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;
using Tsavorite.core;

namespace Mesh.Silo.Hosting;

/// <summary>
/// The Redis-compatible store inside this process, for a single silo without a Redis: on loopback at a free port, behind a
/// password that only this process knows. An acknowledged write survives the death of the process (not of the machine's power).
/// </summary>
internal sealed class EmbeddedStore : IDisposable
{
    /// <summary>Another process may take the free port between choosing and binding it.</summary>
    private const int MaxPortAttempts = 5;

    /// <summary>
    /// A session of the store holds a thread of the pool while its write reaches the disk. When all threads are held, nobody
    /// is left to see the write complete, and the store stands for seconds. So many more are made available.
    /// </summary>
    private const int ThreadsHeldBySessions = 12;

    private readonly GarnetServer server;
    private readonly DataDirectoryLock directoryLock;

    private EmbeddedStore(GarnetServer server, DataDirectoryLock directoryLock, ConfigurationOptions endpoint)
    {
        this.server = server;
        this.directoryLock = directoryLock;
        Endpoint = endpoint;
    }

    /// <summary>How to connect to it.</summary>
    public ConfigurationOptions Endpoint { get; }

    /// <exception cref="StartRefusedException">The directory is in use or its files cannot be recovered.</exception>
    public static EmbeddedStore Start(string dataDirectory, ILoggerFactory? logs = null)
    {
        string directory = Path.Combine(Path.GetFullPath(dataDirectory), "store");
        DataDirectoryLock directoryLock = DataDirectoryLock.Take(directory);
        ReserveThreads();
        try
        {
            string password = RandomNumberGenerator.GetHexString(32);
            for (int attempt = 1; ; attempt++)
            {
                IPEndPoint address = FreeLoopbackEndpoint();
                GarnetServer? server = null;
                try
                {
                    server = new GarnetServer(Options(directory, address, password), logs);
                    server.Start();
                    return new EmbeddedStore(server, directoryLock, new ConfigurationOptions { EndPoints = { address }, Password = password });
                }
                catch (Exception failure) when (attempt < MaxPortAttempts && IsTaken(failure))
                {
                    // Taken meanwhile: the next free port will do.
                    server?.Dispose();
                }
            }
        }
        catch (Exception failure) when (failure is not StartRefusedException)
        {
            directoryLock.Dispose();
            throw new StartRefusedException($"the embedded store cannot open its files in {directory} ({failure.Message.ReplaceLineEndings(" ")}): restore the directory from a backup, or name another one (MESH_DATA_DIR)");
        }
    }

    public void Dispose()
    {
        server.Dispose();
        directoryLock.Dispose();
    }

    /// <summary>
    /// Each of these was chosen after a failure without it: the default device ends the process where libaio is missing,
    /// scripts are not atomic unless transactional, and without the storage tier keys beyond the log's memory are silently lost.
    /// </summary>
    private static GarnetServerOptions Options(string directory, IPEndPoint address, string password) => new()
    {
        EndPoints = [address],
        AuthSettings = new AclAuthenticationPasswordSettings(null, password),
        QuietMode = true,

        DeviceType = DeviceType.RandomAccess,
        CheckpointDir = directory,
        LogDir = directory,
        EnableStorageTier = true,
        SegmentSize = "32m",
        ObjectLogSegmentSize = "32m",

        // A value lies on one page: LogLimits.MaxValueBytes is half of it.
        PageSize = "1m",
        LogMemorySize = "32m",
        IndexMemorySize = "1m",
        BufferPoolMemoryBudget = "16m",

        // Answered means written: every commit of the append-only file is waited for.
        EnableAOF = true,
        WaitForCommit = true,
        CommitFrequencyMs = 0,
        AofMemorySize = "16m",
        AofPageSize = "4m",
        AofSegmentSize = "32m",
        Recover = true,
        FailOnRecoveryError = true,

        // What keeps the files bounded: a checkpoint whenever the append-only file has grown so far, and compaction that
        // moves live records out of old segments. Nothing is deleted before the next checkpoint covers it.
        AofSizeLimit = "64m",
        AofSizeLimitEnforceFrequencySecs = 5,
        CompactionType = LogCompactionType.Lookup,
        CompactionFrequencySecs = 30,
        CompactionMaxSegments = 4,
        CompactionForceDelete = false,
        ExpiredKeyDeletionScanFrequencySecs = 300,

        EnableLua = true,
        LuaTransactionMode = true,
        LuaOptions = new LuaOptions(null),
    };

    private static void ReserveThreads()
    {
        ThreadPool.GetMinThreads(out int workers, out int completions);
        ThreadPool.SetMinThreads(Math.Max(workers, Environment.ProcessorCount + ThreadsHeldBySessions), completions);
    }

    /// <summary>The store wraps what the socket said.</summary>
    internal static bool IsTaken(Exception failure) =>
        failure is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } || (failure.InnerException is { } inner && IsTaken(inner));

    private static IPEndPoint FreeLoopbackEndpoint()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)probe.LocalEndPoint!;
    }
}
