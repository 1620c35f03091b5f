using System.Diagnostics;
using System.Globalization;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Sealing;
using StackExchange.Redis;

namespace Mesh.Grains.Log;

/// <summary>
/// The commit log of one workspace. Any number of writers may hold one: an append names the revision that it follows, and
/// the store lets exactly one writer have each revision.
/// </summary>
internal sealed class CommitLog(IDatabase store, LogKeys keys, PayloadSeal seal, TimeProvider time)
{
    /// <summary>Makes <paramref name="entry"/> durable as the successor of revision <c>entry.Commit.Revision - 1</c>.</summary>
    /// <exception cref="StoreUnavailableException">It is not known whether the entry is durable.</exception>
    public async Task<AppendResult> Append(LogEntry entry)
    {
        Commit commit = entry.Commit;
        byte[] payload = seal.Seal(LogEntryCodec.Encode(entry));
        if (payload.Length > LogLimits.MaxEntryBytes)
        {
            throw new ArgumentException($"a commit of {payload.Length} bytes exceeds the limit of {LogLimits.MaxEntryBytes}", nameof(entry));
        }

        byte[] value;
        var touched = new List<RedisKey> { keys.Head, keys.Operation(commit.OperationId), keys.Entry(commit.Revision) };
        if (payload.Length <= LogLimits.MaxValueBytes)
        {
            value = StoredEntry.WriteInline(commit.OperationId, payload);
        }
        else
        {
            var token = Guid.NewGuid();
            int chunks = StoredEntry.ChunksOf(payload.Length);
            touched.AddRange(Enumerable.Range(0, chunks).Select(index => keys.Chunk(token, index)));
            await StoredParts.Write(store, touched[3..], payload);
            value = StoredEntry.WriteChunked(commit.OperationId, token, chunks, payload.Length);
        }

        using Activity? span = LogSignals.Append(keys.Head.ToString(), commit.Revision);
        return await Append([.. touched], [Text(commit.Revision - 1), Text(commit.Revision), value]);
    }

    /// <summary>Revision of the newest commit; 0 while there is none.</summary>
    public async Task<long> Head() => (long?)await StoreCalls.Run(() => store.StringGetAsync(keys.Head)) ?? 0;

    /// <summary>The revision that an operation id led to, as far back as history is kept.</summary>
    public async Task<long?> FindOperation(Guid operationId) => (long?)await StoreCalls.Run(() => store.StringGetAsync(keys.Operation(operationId)));

    /// <summary>Commits up to this revision are gone; 0 while none is.</summary>
    public async Task<long> Trimmed() => (long?)await StoreCalls.Run(() => store.StringGetAsync(keys.Trimmed)) ?? 0;

    /// <summary>Entries <paramref name="first"/> … <paramref name="last"/>, in order.</summary>
    /// <exception cref="MissingEntryException">One is not there.</exception>
    /// <exception cref="StoreDamagedException">One cannot be read.</exception>
    public IAsyncEnumerable<LogEntry> Read(long first, long last) => Read(Range(first, last));

    /// <summary>Entries of these revisions, in the order given; exceptions as above.</summary>
    public IAsyncEnumerable<LogEntry> Read(IEnumerable<long> revisions) =>
        Read(revisions, payload => LogEntryCodec.Decode(payload), entry => entry.Commit.Revision);

    /// <summary>As <see cref="Read(IEnumerable{long})"/>, without the documents.</summary>
    public IAsyncEnumerable<CommitOutline> ReadOutlines(IEnumerable<long> revisions) =>
        Read(revisions, payload => LogEntryCodec.DecodeOutline(payload), outline => outline.Header.Revision);

    private async IAsyncEnumerable<T> Read<T>(IEnumerable<long> revisions, Func<byte[], T> decode, Func<T, long> revisionOf)
    {
        foreach (long[] window in revisions.Chunk(LogLimits.Window))
        {
            RedisValue[] values = await StoreCalls.Run(() => Task.WhenAll(window.Select(revision => store.StringGetAsync(keys.Entry(revision)))));
            for (int i = 0; i < window.Length; i++)
            {
                yield return await Open(window[i], values[i], decode, revisionOf);
            }
        }
    }

    /// <summary>
    /// Repeats the script while the outcome is unknown: it first looks for the operation id, so a repetition finds out what
    /// became of the attempt before it and can never apply it twice.
    /// </summary>
    private async Task<AppendResult> Append(RedisKey[] touched, RedisValue[] arguments)
    {
        long started = time.GetTimestamp();
        while (true)
        {
            string reason;
            try
            {
                if ((int[]?)await store.ScriptEvaluateAsync(LogScripts.Append, touched, arguments) is { } answer)
                {
                    return Result(answer);
                }

                reason = "the store has not said what became of the commit";
            }
            catch (Exception failure) when (StoreCalls.IsStoreFailure(failure))
            {
                reason = StoreCalls.Describe(failure);
            }

            if (time.GetElapsedTime(started) + LogLimits.AppendRetryPause >= LogLimits.AppendRetryBudget)
            {
                throw new StoreUnavailableException(reason);
            }

            await Task.Delay(LogLimits.AppendRetryPause, time);
        }
    }

    private static AppendResult Result(int[] answer) => answer[0] switch
    {
        LogScripts.Appended => new AppendResult(AppendStatus.Appended, answer[1]),
        LogScripts.Recorded => new AppendResult(AppendStatus.Recorded, answer[1]),
        LogScripts.Conflict => new AppendResult(AppendStatus.Conflict, answer[1]),
        _ => throw new StoreUnavailableException("parts of the commit expired before it was complete"),
    };

    private async Task<T> Open<T>(long revision, RedisValue value, Func<byte[], T> decode, Func<T, long> revisionOf)
    {
        if (value.IsNull)
        {
            throw new MissingEntryException($"commit {revision} is missing in the log");
        }

        try
        {
            ReadOnlyMemory<byte> stored = (byte[])value!;
            if (!StoredEntry.TryRead(stored.Span, out StoredEntry header, out string? fault))
            {
                throw new InvalidDataException(fault);
            }

            ReadOnlyMemory<byte> payload = header.IsChunked
                ? await StoredParts.Read(store, [.. Enumerable.Range(0, header.Chunks).Select(i => keys.Chunk(header.Token, i))])
                    ?? throw new MissingEntryException($"a part of commit {revision} is missing in the log")
                : StoredEntry.InlinePayload(stored);
            T entry = decode(seal.Open(payload.Span));
            return revisionOf(entry) == revision
                ? entry
                : throw new InvalidDataException($"it says that it is commit {revisionOf(entry)}");
        }
        catch (Exception damage) when (StoredParts.IsDamage(damage))
        {
            throw new StoreDamagedException($"commit {revision} in the log cannot be read: {damage.Message}");
        }
    }

    private static IEnumerable<long> Range(long first, long last)
    {
        for (long revision = first; revision <= last; revision++)
        {
            yield return revision;
        }
    }

    private static RedisValue Text(long revision) => revision.ToString(CultureInfo.InvariantCulture);
}
