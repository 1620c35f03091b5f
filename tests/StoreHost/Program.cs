// A process to be killed: hosts the embedded store and appends without end, saying what was acknowledged.
using System.Security.Cryptography;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Sealing;
using Mesh.Grains.Log;
using Mesh.Silo.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

const int SnapshotEvery = 40;
const int LargeEvery = 25;
using EmbeddedStore store = EmbeddedStore.Start(args[0]);
await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(LogStore.ClientOptions(store.Endpoint));
var log = new WorkspaceLog(connection.GetDatabase(), "default", new PayloadSeal(null), new LogSettings(HistoryLimit: 60), TimeProvider.System, NullLogger.Instance);
LoadedLog loaded = await log.Loader.Load();
for (long revision = loaded.Revision + 1; ; revision++)
{
    var operation = Guid.NewGuid();
    int bytes = revision % LargeEvery == 0 ? 900_000 : 300;
    byte[] document = [(byte)'"', .. Convert.ToBase64String(RandomNumberGenerator.GetBytes(bytes)).Select(c => (byte)c), (byte)'"'];
    var change = new EntityChange(EntityKinds.Routes, new Guid((int)(revision % 10), 0, 0, new byte[8]), document);
    var commit = new Commit(revision, operation, DateTimeOffset.UnixEpoch, CommitAuthor.System, "", [change]);
    AppendResult result = await Append(new LogEntry(commit, [change with { Document = null }], []));
    if (result.Revision != revision || result.Status == AppendStatus.Conflict)
    {
        throw new InvalidOperationException($"{result} for revision {revision}");
    }

    Console.WriteLine($"{revision} {operation} {Convert.ToHexString(SHA256.HashData(document))}");
    if (revision % SnapshotEvery == 0)
    {
        SnapshotIndex index = await log.Snapshots.Write(revision, [change]);
        await log.Trimmer.Trim(index, revision);
    }
}

// Unknown is asked again with the same operation id until it is known.
async Task<AppendResult> Append(LogEntry entry)
{
    while (true)
    {
        try
        {
            return await log.Commits.Append(entry);
        }
        catch (StoreUnavailableException slow)
        {
            await Console.Error.WriteLineAsync(slow.Message);
        }
    }
}
