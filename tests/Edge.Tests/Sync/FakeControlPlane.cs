using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.ControlPlane;
using Mesh.Abstractions.Reports;

namespace Mesh.Edge.Tests.Sync;

/// <summary>A control plane in memory that can be told to misbehave.</summary>
internal sealed class FakeControlPlane : IControlPlane
{
    private readonly Lock gate = new();
    private readonly List<Commit> log = [];
    private readonly List<EdgeReport> reports = [];
    private readonly Queue<Func<long, ConfigDelta>> scripted = new();
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? failure;
    private long oldest = 1;
    private int entitiesPerPage = 2;
    private int readingsToLose;
    private bool snapshotPoisoned;
    private int nextCalls;
    private int snapshotCalls;

    /// <summary>Every call fails with this; null lets them through again.</summary>
    public Exception? Failure { set => Change(() => failure = value); }

    /// <summary>So many snapshot readings go away after their first page.</summary>
    public int ReadingsToLose { set => Change(() => readingsToLose = value); }

    /// <summary>Snapshots carry something that no compiler can take.</summary>
    public bool SnapshotPoisoned { set => Change(() => snapshotPoisoned = value); }

    public int NextCalls => Volatile.Read(ref nextCalls);

    public int SnapshotCalls => Volatile.Read(ref snapshotCalls);

    public IReadOnlyList<EdgeReport> Reports
    {
        get
        {
            lock (gate)
            {
                return [.. reports];
            }
        }
    }

    public long Commit(params EntityChange[] changes)
    {
        long revision = 0;
        Change(() =>
        {
            revision = log.Count + 1;
            log.Add(Documents.Commit(revision, changes));
        });
        return revision;
    }

    /// <summary>The next <c>Next</c> is answered so.</summary>
    public void Script(Func<long, ConfigDelta> answer) => Change(() => scripted.Enqueue(answer));

    /// <summary>Only commits from this revision on are at hand.</summary>
    public void Trim(long revision) => Change(() => oldest = revision);

    /// <summary>What came after the revision is gone.</summary>
    public void LoseData(long revision) => Change(() => log.RemoveRange((int)revision, log.Count - (int)revision));

    public async Task<ConfigDelta> Next(string workspace, long afterRevision, CancellationToken cancel)
    {
        Interlocked.Increment(ref nextCalls);
        while (true)
        {
            Task news;
            lock (gate)
            {
                if (failure is not null)
                {
                    throw failure;
                }

                if (scripted.TryDequeue(out Func<long, ConfigDelta>? answer))
                {
                    return answer(afterRevision);
                }

                if (afterRevision > log.Count || (afterRevision < log.Count && afterRevision + 1 < oldest))
                {
                    return new ConfigDelta(afterRevision, log.Count, [], TooFarBehind: true);
                }

                if (afterRevision < log.Count)
                {
                    return new ConfigDelta(afterRevision, log.Count, [.. log.Skip((int)afterRevision)], TooFarBehind: false);
                }

                news = changed.Task;
            }

            await news.WaitAsync(cancel);
        }
    }

    public Task<SnapshotPage?> Snapshot(string workspace, long? revision, int page, CancellationToken cancel)
    {
        Interlocked.Increment(ref snapshotCalls);
        lock (gate)
        {
            if (failure is not null)
            {
                throw failure;
            }

            if (page > 0 && readingsToLose > 0)
            {
                readingsToLose--;
                return Task.FromResult<SnapshotPage?>(null);
            }

            if (revision is not null && revision != log.Count)
            {
                return Task.FromResult<SnapshotPage?>(null);
            }

            EntityChange[] entities = Entities();
            int pages = Math.Max(1, (entities.Length + entitiesPerPage - 1) / entitiesPerPage);
            EntityChange[] some = snapshotPoisoned ? [null!] : [.. entities.Skip(page * entitiesPerPage).Take(entitiesPerPage)];
            return Task.FromResult<SnapshotPage?>(new SnapshotPage(log.Count, page, pages, some));
        }
    }

    public Task Report(EdgeReport report, CancellationToken cancel)
    {
        lock (gate)
        {
            if (failure is not null)
            {
                throw failure;
            }

            reports.Add(report);
        }

        return Task.CompletedTask;
    }

    private EntityChange[] Entities()
    {
        Dictionary<(string, Guid), EntityChange> state = [];
        foreach (EntityChange change in log.SelectMany(commit => commit.Changes).Where(change => change is not null))
        {
            state.Remove((change.Kind, change.Id));
            if (!change.IsDelete)
            {
                state[(change.Kind, change.Id)] = change;
            }
        }

        return [.. state.Values];
    }

    private void Change(Action change)
    {
        TaskCompletionSource before;
        lock (gate)
        {
            change();
            before = changed;
            changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        before.SetResult();
    }
}
