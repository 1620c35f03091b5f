using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Grains;
using Mesh.Grains.Log;
using Orleans.Concurrency;

namespace Mesh.Grains.History;

/// <summary>
/// Reads the log beside its writer, which never waits for it. What the store holds is the truth; when history is trimmed
/// while it is read, a second look says so.
/// </summary>
[StatelessWorker(maxLocalWorkers: 1)]
internal sealed class HistoryGrain(LogStore store, TimeProvider time) : Grain, IHistoryGrain
{
    /// <summary>A search that took so long answers what it has found; the client continues.</summary>
    public static readonly TimeSpan SearchLimit = TimeSpan.FromSeconds(5);

    private const int MaxSize = 1000;
    private const int MaxLooks = 3;

    private CommitLog log = null!;
    private CommitOutlines outlines = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        log = store.Open(this.GetPrimaryKeyString()).Commits;
        outlines = new CommitOutlines(log);
        return Task.CompletedTask;
    }

    public async Task<CommitPage> List(CommitQuery query)
    {
        (long head, List<CommitOutline> found, long? next) = await Search(query);
        return new CommitPage(head, [.. found.Select(outline => outline.Header)], next);
    }

    public Task<HistoryReading> Read(long revision) => Between(revision - 1, revision);

    public async Task<HistoryReading> Diff(long? from, long to) => await Between(from, to) with { Header = null };

    public Task<EntityHistory> OfEntity(string kind, Guid id, long? before, int size) => Look(async () =>
    {
        (long head, List<CommitOutline> found, long? next) = await Search(new CommitQuery(before, size, kind, id));
        var versions = new List<EntityVersion>();
        await foreach (LogEntry entry in log.Read(found.Select(outline => outline.Header.Revision)))
        {
            int at = Array.FindIndex(entry.Commit.Changes, change => change.Id == id && change.Kind == kind);
            byte[]? earlier = at < entry.Previous.Length ? entry.Previous[at].Document : null;
            versions.Add(new EntityVersion(found[versions.Count].Header, new EntityDiff(kind, id, earlier, entry.Commit.Changes[at].Document)));
        }

        return new EntityHistory(head, [.. versions], next);
    });

    private Task<(long Head, List<CommitOutline> Found, long? Next)> Search(CommitQuery query) => Look<(long, List<CommitOutline>, long?)>(async () =>
    {
        (long head, long trimmed) = await Bounds();
        await outlines.Check(head);
        int size = Math.Clamp(query.Size, 1, MaxSize);
        long newest = Math.Min(head, query.Before is { } before ? before - 1 : head);
        var found = new List<CommitOutline>();
        long started = time.GetTimestamp();
        await foreach (CommitOutline outline in outlines.NewestFirst(newest, trimmed + 1))
        {
            bool matches = Matches(outline, query);
            if ((matches && found.Count == size) || time.GetElapsedTime(started) > SearchLimit)
            {
                return (head, found, outline.Header.Revision + 1);
            }

            if (matches)
            {
                found.Add(outline);
            }
        }

        return (head, found, null);
    });

    private static bool Matches(CommitOutline outline, CommitQuery query)
    {
        CommitHeader header = outline.Header;
        return (query.Author is null || header.Author.Name == query.Author)
            && (query.Since is null || Milliseconds(header.Time) >= Milliseconds(query.Since.Value))
            && (query.Until is null || Milliseconds(header.Time) <= Milliseconds(query.Until.Value))
            && ((query.Kind is null && query.Entity is null)
                || Array.Exists(outline.Touched, key => (query.Kind is null || key.Kind == query.Kind) && (query.Entity is null || key.Id == query.Entity)));
    }

    private static long Milliseconds(DateTimeOffset moment) => moment.ToUnixTimeMilliseconds();

    private Task<HistoryReading> Between(long? from, long to) => Look(async () =>
    {
        (long head, long trimmed) = await Bounds();
        long start = from ?? head;
        var reading = new HistoryReading(HistoryStatus.Found, head, trimmed + 1, start, to, null, []);
        if (Math.Max(start, to) > head || Math.Min(start, to) < 0)
        {
            return reading with { Status = HistoryStatus.NeverMade };
        }

        return Math.Min(start, to) < trimmed ? reading with { Status = HistoryStatus.Trimmed } : await Sum(reading);
    });

    private async Task<HistoryReading> Sum(HistoryReading reading)
    {
        var net = new NetChanges();
        CommitHeader? header = null;
        await foreach (LogEntry entry in log.Read(Math.Min(reading.From, reading.To) + 1, Math.Max(reading.From, reading.To)))
        {
            net.Add(entry);
            Commit commit = entry.Commit;
            header = new CommitHeader(commit.Revision, commit.OperationId, commit.Time, commit.Author, commit.Summary, commit.Changes.Length);
        }

        return net.IsBroken
            ? reading with { Status = HistoryStatus.WithoutPrevious }
            : reading with { Header = header, Changes = net.ToArray(forward: reading.From <= reading.To) };
    }

    private static async Task<T> Look<T>(Func<Task<T>> read)
    {
        for (int look = 1; ; look++)
        {
            try
            {
                return await read();
            }
            catch (MissingEntryException missing)
            {
                // Trimmed while it was read: the next look finds the new bound. Missing again and again, it is lost.
                if (look == MaxLooks)
                {
                    throw new StoreDamagedException(missing.Message);
                }
            }
        }
    }

    /// <summary>Head first: what is trimmed meanwhile shows as missing, never as kept.</summary>
    private async Task<(long Head, long Trimmed)> Bounds()
    {
        long head = await log.Head();
        return (head, await log.Trimmed());
    }
}
