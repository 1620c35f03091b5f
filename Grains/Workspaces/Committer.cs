using System.Diagnostics;
using Mesh.Abstractions.Configuration;
using Mesh.Grains.Log;

namespace Mesh.Grains.Workspaces;

/// <summary>
/// From a request to a durable commit. What the store answers is the truth: memory changes only after it, and whenever the
/// two may differ (another writer, an answer that never came) memory follows the log before anything is said.
/// </summary>
internal sealed class Committer(WorkspaceLog log, TimeProvider time)
{
    /// <summary>After a failure of the store, requests that queued behind it fail at once instead of each waiting for it in turn.</summary>
    private static readonly TimeSpan FailFastTime = TimeSpan.FromMilliseconds(500);

    private bool uncertain;
    private long failedAt;
    private string? failure;

    /// <summary>Another writer appended to this log: this activation should make room.</summary>
    public bool SawOtherWriter { get; private set; }

    /// <exception cref="StoreUnavailableException">It is not known whether the commit is durable.</exception>
    /// <exception cref="LogReplacedException">Memory is of no use any more: load and repeat.</exception>
    public async Task<CommitOutcome> Commit(LiveWorkspace live, CommitRequest request)
    {
        if (failure is not null && time.GetElapsedTime(failedAt) < FailFastTime)
        {
            throw new StoreUnavailableException(failure);
        }

        try
        {
            CommitOutcome outcome = await Decide(live, request);
            failure = null;
            return outcome;
        }
        catch (StoreUnavailableException unavailable)
        {
            failedAt = time.GetTimestamp();
            failure = unavailable.Message;
            throw;
        }
    }

    private async Task<CommitOutcome> Decide(LiveWorkspace live, CommitRequest request)
    {
        if (uncertain)
        {
            await Follow(live);
            uncertain = false;
        }

        if (!request.DryRun && live.Recent.Find(request.OperationId) is { } recent)
        {
            return await Recorded(live, request, recent);
        }

        // Once more after a conflict or a refusal from stale memory; who loses twice in a row leaves it to the caller.
        for (int attempt = 0; attempt < 2; attempt++)
        {
            PlannedCommit plan = IsStale(live, request) ? PlannedCommit.Nothing : live.State.Plan(request, time.GetUtcNow());
            CommitOutcome? refusal = WithoutAppend(live, request, plan);
            if (refusal is null)
            {
                AppendResult result = await Append(live, request, plan);
                switch (result.Status)
                {
                    case AppendStatus.Appended:
                        return WantsChanges(request)
                            ? new CommitOutcome(CommitStatus.Committed, result.Revision, plan.Results, [], plan.Changes) { Previous = plan.Previous }
                            : new CommitOutcome(CommitStatus.Committed, result.Revision, plan.Results, [], []);
                    case AppendStatus.Recorded:
                        await Follow(live);
                        return await Recorded(live, request, result.Revision);
                    default:
                        SawOtherWriter |= await Follow(live);
                        continue;
                }
            }

            if (await Follow(live))
            {
                continue;
            }

            long? earlier = request.DryRun ? null : await log.Commits.FindOperation(request.OperationId);
            return earlier is { } revision ? await Recorded(live, request, revision) : refusal;
        }

        throw new StoreUnavailableException("other writers keep committing to this workspace");
    }

    private async Task<AppendResult> Append(LiveWorkspace live, CommitRequest request, PlannedCommit plan)
    {
        var commit = new Commit(live.Revision + 1, request.OperationId, time.GetUtcNow(), request.Author, request.Summary, plan.Changes, Activity.Current?.Id);
        EntityMark[] marks = [.. plan.Results.Select(result => new EntityMark(result.Kind, result.Id, result.Created, result.Existed))];
        uncertain = true;
        AppendResult result = await log.Commits.Append(new LogEntry(commit, plan.Previous, marks));
        uncertain = false;
        if (result.Status == AppendStatus.Appended)
        {
            live.Take(commit);
        }

        return result;
    }

    /// <returns>True when others had appended.</returns>
    private async Task<bool> Follow(LiveWorkspace live)
    {
        switch (await live.CatchUp(log))
        {
            case CatchUp.Moved:
                return true;
            case CatchUp.WentBack:
                throw new LogReplacedException();
            case CatchUp.StoreEmptied:
                throw new StoreDamagedException($"the store is empty although this workspace stands at revision {live.Revision}: restore the store from a backup, or restart all silos to begin anew");
            default:
                return false;
        }
    }

    private static CommitOutcome? WithoutAppend(LiveWorkspace live, CommitRequest request, PlannedCommit plan)
    {
        if (IsStale(live, request))
        {
            return new CommitOutcome(CommitStatus.Stale, live.Revision, [], [], []);
        }

        if (plan.Problems.Length > 0)
        {
            return new CommitOutcome(CommitStatus.Rejected, live.Revision, [], plan.Problems, []);
        }

        return request.DryRun || plan.Changes.Length == 0
            ? new CommitOutcome(CommitStatus.Unchanged, live.Revision, plan.Results, [], plan.Changes) { Previous = plan.Previous }
            : null;
    }

    private static bool IsStale(LiveWorkspace live, CommitRequest request) =>
        (request.IfRevision is { } expected && expected != live.Revision) || (request.IfEntity is { } condition && !live.State.Meets(condition));

    /// <summary>The outcome that the operation had when it was committed.</summary>
    private async Task<CommitOutcome> Recorded(LiveWorkspace live, CommitRequest request, long revision)
    {
        await foreach (LogEntry entry in log.Commits.Read(revision, revision))
        {
            ILookup<Guid, EntityChange> changed = entry.Commit.Changes.ToLookup(change => change.Id);
            EntityResult[] results =
            [
                .. entry.Results.Select(mark => new EntityResult(
                    mark.Kind,
                    mark.Id,
                    mark.Created,
                    mark.Existed,
                    changed[mark.Id].FirstOrDefault(change => change.Kind == mark.Kind) is { } change
                        ? change.Document
                        : live.State.Read(mark.Kind, mark.Id.ToString(), null).Document)),
            ];
            return WantsChanges(request)
                ? new CommitOutcome(CommitStatus.Committed, revision, results, [], entry.Commit.Changes) { Previous = entry.Previous }
                : new CommitOutcome(CommitStatus.Committed, revision, results, [], []);
        }

        throw new StoreDamagedException($"commit {revision} cannot be read");
    }

    private static bool WantsChanges(CommitRequest request) => request.WantChanges || request.ReplaceAll || request.Mutations.Any(mutation => mutation.Place is not null);
}
