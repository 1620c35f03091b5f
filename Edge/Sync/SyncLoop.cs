using System.Diagnostics;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.ControlPlane;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Configuration;
using Mesh.Edge.Sync.LastKnownGood;
using Mesh.Edge.Telemetry.Signals;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Sync;

/// <summary>
/// Keeps the current snapshot at the control plane's newest revision: starts from disk, then asks for what follows the
/// revision it has, for ever. Whatever goes wrong, what is served stays as it is, and the next turn tries again.
/// </summary>
internal sealed class SyncLoop(
    IControlPlane controlPlane,
    string workspace,
    EdgeCompiler compiler,
    CurrentSnapshot current,
    LastKnownGoodWriter lastKnownGood,
    TimeProvider time,
    ILogger logger)
{
    /// <summary>A call that has not been answered by then is given up; above the long poll's own wait.</summary>
    public static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);

    public static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    /// <summary>An empty answer that came sooner than this did not wait for news: asking again at once would spin.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(50);

    private readonly SnapshotReader reader = new(controlPlane, workspace, CallTimeout, time);
    private readonly JitteredBackoff backoff = new(FirstDelay, LongestDelay);
    private readonly TaskCompletionSource firstConfiguration = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SyncStatus status = SyncStatus.Initial;
    private EdgeSnapshot? reloadOnto;
    private long failedRevision = -1;

    public SyncStatus Status => Volatile.Read(ref status);

    /// <summary>Completes when there is something to serve.</summary>
    public Task FirstConfiguration => firstConfiguration.Task;

    /// <summary>Called after each published revision, on the loop's thread; must return at once.</summary>
    public Action? Applied { get; set; }

    /// <summary>Called after each change from the control plane with the number of its entities, on the loop's thread; must return at once.</summary>
    public Action<int>? Took { get; set; }

    private long Revision => current.Value.Revision;

    /// <summary>Publishes the newest good configuration on disk, if there is one.</summary>
    public void LoadFromDisk()
    {
        List<string> notes = [];
        EdgeSnapshot? loaded = lastKnownGood.Load((revision, entities) => compiler.Replace(compiler.Empty, revision, entities), note =>
        {
            SyncLog.PassedOver(logger, note);
            notes.Add(note);
        });
        status = Status with { DiskNotes = notes };
        if (loaded is null)
        {
            return;
        }

        Publish(loaded, ConfigurationSource.Disk);
        SyncLog.Loaded(logger, loaded.Revision, loaded.Entities.Routes.Count);
    }

    public async Task Run(CancellationToken stop)
    {
        // With nothing in hand a snapshot answers at once, also when it is an empty one; the long poll would wait.
        reloadOnto = Status.HasConfiguration ? null : current.Value;
        while (!stop.IsCancellationRequested)
        {
            bool progress;
            try
            {
                progress = await Turn(stop);
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                Away(failure);
                progress = false;
            }

            if (!progress)
            {
                await Task.Delay(backoff.Next(), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <returns>False when the next turn should wait a little.</returns>
    private async Task<bool> Turn(CancellationToken stop)
    {
        if (reloadOnto is not null || lastKnownGood.NeedsWhole)
        {
            return await Reload(reloadOnto ?? current.Value, stop);
        }

        long asked = time.GetTimestamp();
        ConfigDelta delta = await ControlPlaneCall.Within(CallTimeout, time, cancel => controlPlane.Next(workspace, Revision, cancel), stop);
        Heard(delta.Head);
        Commit[] commits = [.. delta.Commits.Where(commit => commit.Revision > Revision)];
        if (delta.TooFarBehind || !Follow(commits))
        {
            reloadOnto = current.Value;
            return true;
        }

        if (commits.Length == 0 || commits[^1].Revision == failedRevision)
        {
            bool waited = time.GetElapsedTime(asked) >= ShortestWait && delta.Head <= Revision;
            if (waited)
            {
                backoff.Reset();
            }

            return waited;
        }

        return Apply(commits);
    }

    private bool Follow(Commit[] commits)
    {
        for (int i = 0; i < commits.Length; i++)
        {
            if (commits[i].Revision != Revision + 1 + i)
            {
                return false;
            }
        }

        return true;
    }

    private bool Apply(Commit[] commits)
    {
        long from = Revision;
        long to = commits[^1].Revision;
        EntityChange[] changes = [.. commits.SelectMany(commit => commit.Changes)];
        EdgeSnapshot next;
        using Activity? span = ApplySignals.Begin(commits[^1]);
        try
        {
            next = compiler.Apply(current.Value, to, changes);
        }
        catch (Exception failure)
        {
            // Perhaps only this way there is closed: build the whole anew, once.
            Refused(to, failure);
            reloadOnto = compiler.Empty;
            return false;
        }

        Publish(next, ConfigurationSource.ControlPlane);
        lastKnownGood.Changed(from, to, changes);
        Took?.Invoke(changes.Length);
        backoff.Reset();
        return true;
    }

    private async Task<bool> Reload(EdgeSnapshot onto, CancellationToken stop)
    {
        if (await reader.Read(stop) is not { } reading)
        {
            return false;
        }

        Heard(reading.Revision);
        return Take(onto, reading.Revision, reading.Pages);
    }

    private bool Take(EdgeSnapshot onto, long revision, IReadOnlyList<EntityChange[]> pages)
    {
        bool backwards = Status.HasConfiguration && revision < Revision;
        if (backwards)
        {
            SyncLog.Backwards(logger, revision, Revision);
        }

        EdgeSnapshot next;
        try
        {
            next = compiler.Replace(onto, revision, pages.SelectMany(entities => entities));
        }
        catch (Exception failure)
        {
            Refused(revision, failure);
            reloadOnto = ReferenceEquals(onto, compiler.Empty) ? null : compiler.Empty;
            return false;
        }

        bool moved = revision != Revision || !Status.HasConfiguration;
        reloadOnto = null;
        ApplyProblem[] problems = backwards
            ? [new ApplyProblem(revision, "", Guid.Empty, $"the control plane's log went back from revision {Revision} to {revision}: the edge followed")]
            : [];
        Publish(next, ConfigurationSource.ControlPlane, problems);
        lastKnownGood.Replaced(revision, pages);
        Took?.Invoke(pages.Sum(page => page.Length));
        if (moved)
        {
            backoff.Reset();
        }

        return moved;
    }

    private void Publish(EdgeSnapshot next, ConfigurationSource source, params ApplyProblem[] problems)
    {
        current.Publish(next);
        failedRevision = -1;
        Volatile.Write(ref status, Status with { Source = source, Problems = problems });
        firstConfiguration.TrySetResult();
        Applied?.Invoke();
    }

    private void Refused(long revision, Exception failure)
    {
        SyncLog.Refused(logger, revision, Revision, failure);
        failedRevision = revision;
        string reason = $"the revision cannot be applied ({failure.Message}); the edge serves revision {Revision} on";
        Volatile.Write(ref status, Status with { Problems = [new ApplyProblem(revision, "", Guid.Empty, reason)] });
        Applied?.Invoke();
    }

    private void Heard(long head)
    {
        if (!Status.Connected)
        {
            SyncLog.Connected(logger, head);
        }

        ConfigurationSource source = Status.Source == ConfigurationSource.Disk && head == Revision ? ConfigurationSource.ControlPlane : Status.Source;
        Volatile.Write(ref status, Status with { Source = source, Connected = true, Failure = null, HeardAt = time.GetUtcNow(), Head = head });
    }

    private void Away(Exception failure)
    {
        if (Status.Connected || Status.Failure is null)
        {
            SyncLog.Away(logger, failure.Message, Revision);
        }

        Volatile.Write(ref status, Status with { Connected = false, Failure = failure.Message });
    }
}
