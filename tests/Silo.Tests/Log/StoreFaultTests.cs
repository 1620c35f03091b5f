using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Sealing;
using Mesh.Grains.Log;
using Mesh.Silo.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Mesh.Silo.Tests.Log;

public sealed class StoreFaultTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Killing_the_process_of_the_embedded_store_loses_no_acknowledged_commit()
    {
        const int Rounds = 4;
        string directory = Directory.CreateTempSubdirectory("mesh-kill-").FullName;
        var acknowledged = new Dictionary<long, (Guid Operation, string Digest)>();
        long checkedTo = 0;
        for (int round = 1; round <= Rounds; round++)
        {
            await AppendAndKill(directory, lines: 37 * round, acknowledged);
            long last = acknowledged.Keys.Max();
            Assert.True(last > checkedTo);

            using EmbeddedStore store = EmbeddedStore.Start(directory);
            await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(store.Endpoint);
            var log = new WorkspaceLog(connection.GetDatabase(), "default", new PayloadSeal(null), new LogSettings(HistoryLimit: 60), TimeProvider.System, NullLogger.Instance);
            LoadedLog loaded = await log.Loader.Load();

            // The last append may have been written without its answer having got through.
            Assert.InRange(loaded.Revision, last, last + 1);
            long first = Math.Max(checkedTo, (long?)await connection.GetDatabase().StringGetAsync(new LogKeys("mesh", "default").Trimmed) ?? 0) + 1;
            Assert.InRange(last - first, 30, int.MaxValue);
            await foreach (LogEntry entry in log.Commits.Read(first, last))
            {
                EntityChange change = Assert.Single(entry.Commit.Changes);
                Assert.Equal(acknowledged[entry.Commit.Revision], (entry.Commit.OperationId, Convert.ToHexString(SHA256.HashData(change.Document!))));
                Assert.Equal(entry.Commit.Revision, await log.Commits.FindOperation(entry.Commit.OperationId));
            }

            checkedTo = last;
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public void A_second_process_on_the_same_data_directory_is_refused_in_one_line()
    {
        string directory = Directory.CreateTempSubdirectory("mesh-lock-").FullName;
        using (EmbeddedStore.Start(directory))
        {
            StartRefusedException refused = Assert.Throws<StartRefusedException>(() => EmbeddedStore.Start(directory));
            Assert.Contains("in use by another mesh process", refused.Message, StringComparison.Ordinal);
            Assert.Contains("MESH_DATA_DIR", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', refused.Message);
        }

        EmbeddedStore.Start(directory).Dispose();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task The_embedded_store_lets_nobody_in_without_its_password()
    {
        await using StoreUnderTest store = await StoreUnderTest.Start(StoreKind.Embedded);
        var address = (IPEndPoint)Assert.Single(store.Endpoint.EndPoints);
        Assert.True(IPAddress.IsLoopback(address.Address));
        foreach (string command in new[] { "GET mesh:{default}:head", "SET x 1", "CONFIG GET *", "DEBUG SLEEP 0", "SAVE", "AUTH wrong" })
        {
            using var stranger = new TcpClient();
            await stranger.ConnectAsync(address);
            await stranger.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Resp(command)));
            byte[] answer = new byte[256];
            int length = await stranger.GetStream().ReadAsync(answer);
            Assert.Matches("^-(NOAUTH|WRONGPASS|ERR)", Encoding.ASCII.GetString(answer, 0, length));
        }

        static string Resp(string command) =>
            string.Concat(command.Split(' ').Select(word => $"${word.Length}\r\n{word}\r\n").Prepend($"*{command.Split(' ').Length}\r\n"));
    }

    [Fact]
    public async Task The_embedded_store_keeps_what_exceeds_its_memory()
    {
        const int Commits = 150;
        await using StoreUnderTest store = await StoreUnderTest.Start(StoreKind.Embedded);
        WorkspaceLog log = await store.Open();
        var digests = new List<string>();
        for (int revision = 1; revision <= Commits; revision++)
        {
            LogEntry entry = Entries.Of(revision, Entries.Put(1, Convert.ToBase64String(RandomNumberGenerator.GetBytes(350_000))));
            digests.Add(Entries.Text(entry.Commit.Changes[0]));
            Assert.Equal(AppendStatus.Appended, (await log.Commits.Append(entry)).Status);
        }

        Assert.Equal(digests, (await log.Loader.Load()).Tail.Select(commit => Entries.Text(commit.Changes[0])));
        await store.Restart();
        Assert.Equal(digests, (await (await store.Open()).Loader.Load()).Tail.Select(commit => Entries.Text(commit.Changes[0])));
    }

    [Fact]
    public async Task Killing_redis_in_the_middle_of_writes_loses_nothing_acknowledged()
    {
        const int Kills = 3;
        const int Writers = 3;
        await using StoreUnderTest store = await StoreUnderTest.Start(StoreKind.Redis);
        var acknowledged = new List<(long Revision, Guid Operation)>();
        using var stop = new CancellationTokenSource(Patience);
        Task[] writers = [.. Enumerable.Range(0, Writers).Select(Write)];
        for (int kill = 1; kill <= Kills; kill++)
        {
            await Until(40 * kill);
            await store.Redis!.Kill();
            await store.Redis.Start();
        }

        await Until(40 * (Kills + 1));
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        LoadedLog loaded = await (await store.Open()).Loader.Load();
        Dictionary<long, Guid> stored = loaded.Tail.ToDictionary(commit => commit.Revision, commit => commit.OperationId);
        Assert.Equal(loaded.Revision, stored.Count);
        Assert.Equal(stored.Count, stored.Values.Distinct().Count());
        Assert.All(acknowledged, one => Assert.Equal(one.Operation, stored[one.Revision]));

        async Task Write(int writer)
        {
            WorkspaceLog log = await store.Open();
            long head = 0;
            LogEntry? pending = null;
            while (!stop.IsCancellationRequested)
            {
                pending ??= Entries.Of(head + 1, Entries.Put(writer, $"{head}"));
                try
                {
                    AppendResult result = await log.Commits.Append(pending);
                    if (result.Status != AppendStatus.Conflict)
                    {
                        lock (acknowledged)
                        {
                            acknowledged.Add((result.Revision, pending.Commit.OperationId));
                        }
                    }

                    head = Math.Max(head, result.Revision);
                    pending = null;
                }
                catch (StoreUnavailableException)
                {
                    // Unknown: the same operation again, until the store says what became of it.
                    await Task.Yield();
                }
            }
        }

        async Task Until(int count)
        {
            using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
            while (true)
            {
                lock (acknowledged)
                {
                    if (acknowledged.Count >= count)
                    {
                        return;
                    }
                }

                await poll.WaitForNextTickAsync(stop.Token);
            }
        }
    }

    /// <summary>Runs a process that appends until so many lines came, then ends it with SIGKILL and takes in what it still had said.</summary>
    private static async Task AppendAndKill(string directory, int lines, Dictionary<long, (Guid Operation, string Digest)> acknowledged)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Mesh.StoreHost.dll"));
        start.ArgumentList.Add(directory);
        using Process process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        int seen = 0;
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            string[] parts = line.Split(' ');
            if (parts.Length == 3 && parts[2].Length == 64)
            {
                acknowledged[long.Parse(parts[0])] = (Guid.Parse(parts[1]), parts[2]);
            }

            if (++seen == lines)
            {
                process.Kill();
            }
        }

        await process.WaitForExitAsync(patience.Token);
        Assert.True(seen >= lines, $"the store's process ended by itself with {process.ExitCode} after {seen} lines");
    }
}
