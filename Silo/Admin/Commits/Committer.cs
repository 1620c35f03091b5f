using Mesh.Abstractions.Configuration;
using Mesh.Silo.Admin.History;
using Mesh.Silo.Admin.Preconditions;
using Orleans.Runtime;

namespace Mesh.Silo.Admin.Commits;

/// <summary>
/// Sends change sets to the workspace. A call whose outcome is unknown is repeated with the same operation id, so that it
/// takes effect once and gives the first answer.
/// </summary>
internal sealed class Committer(AdminContext context)
{
    /// <summary>Tries until an unknown outcome is given back to the client.</summary>
    private const int MaxAttempts = 3;

    /// <summary>No try begins later than this after the first.</summary>
    private static readonly TimeSpan RetryWindow = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    /// <exception cref="AdminRefusal">The query asks for a wait that does not exist, or what <c>If-Match</c> says does not hold.</exception>
    public async Task<CommitAnswer> Commit(string summary, Mutation[] mutations, bool replaceAll = false)
    {
        WriteCondition condition = IfMatch.Read(context, mutations);
        CommitAnswer commit = await Commit(new CommitRequest(Guid.NewGuid(), context.Caller.Author, summary, mutations, condition.Revision, replaceAll, IfEntity: condition.Entity, OnlyTags: context.Caller.Tags));
        return commit.Outcome.Status == CommitStatus.Stale
            ? throw new AdminRefusal(IfMatch.Failed(condition, commit.Outcome.Revision))
            : commit;
    }

    /// <summary>Commits as the successor of <paramref name="revision"/> or, when the workspace stands elsewhere, not at all; the outcome holds the changes.</summary>
    /// <exception cref="AdminRefusal">The query asks for a wait that does not exist.</exception>
    public Task<CommitAnswer> CommitAt(long revision, string summary, Mutation[] mutations) =>
        Commit(new CommitRequest(Guid.NewGuid(), context.Caller.Author, summary, mutations, revision, WantChanges: true, OnlyTags: context.Caller.Tags));

    private async Task<CommitAnswer> Commit(CommitRequest request)
    {
        if (!EdgeWait.TryRead(context, out TimeSpan? wait))
        {
            throw new AdminRefusal(AdminAnswer.Message(StatusCodes.Status400BadRequest, "wait must be 'edges', timeout a number of milliseconds"));
        }

        bool dry = context.QueryFlag("dry_run");
        CommitOutcome outcome = await Send(request with { DryRun = dry });
        bool done = outcome.Status is CommitStatus.Committed or CommitStatus.Unchanged;
        if (dry)
        {
            return new CommitAnswer(outcome, Edges: null) { DryRun = done ? DryRunAnswer.Of(outcome, context.Schemas) : null };
        }

        string? edges = wait is { } time && done ? await EdgeWait.Wait(context, outcome.Revision, time) : null;
        return new CommitAnswer(outcome, edges);
    }

    private async Task<CommitOutcome> Send(CommitRequest request)
    {
        long start = context.Services.Time.GetTimestamp();
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await context.Workspace.Commit(request);
            }
            catch (Exception e) when (IsUnknown(e) && attempt < MaxAttempts && context.Services.Time.GetElapsedTime(start) < RetryWindow)
            {
                await Task.Delay(RetryDelay, context.Services.Time, context.Cancel);
            }
        }
    }

    /// <summary>The call or its answer may have been lost on the way.</summary>
    private static bool IsUnknown(Exception error) => error is StoreUnavailableException or TimeoutException or OrleansException;
}
