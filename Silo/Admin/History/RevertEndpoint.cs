using System.Text.Json;
using Mesh.Abstractions.Configuration;
using Mesh.Silo.Admin.Commits;
using Mesh.Silo.Admin.Errors;
using Mesh.Silo.Admin.Preconditions;

namespace Mesh.Silo.Admin.History;

/// <summary>
/// <c>POST /commits/{revision}/revert</c>: a new commit that brings a state back. It is planned and checked like any other
/// write; what lies between is read from the log, so that it costs what changed.
/// </summary>
internal static class RevertEndpoint
{
    /// <summary>Others may commit between reading the difference and writing it; who loses so often is told to try again.</summary>
    private const int MaxAttempts = 8;

    /// <summary>Problems that are listed; the message counts all.</summary>
    private const int MaxListed = 1000;

    public static AdminResource Of(string revision) => new() { Post = context => Revert(context, revision) };

    private static async Task<AdminAnswer> Revert(AdminContext context, string which)
    {
        if (CommitEndpoints.Revision(which) is not { } revision)
        {
            return AdminAnswer.Message(StatusCodes.Status404NotFound, $"'{which}' is no revision");
        }

        WriteCondition condition = IfMatch.Read(context, mutations: []);
        for (int attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            HistoryReading way = await context.History.Diff(from: null, revision);
            if (HistoryRefusal.Of(way, revision, revision) is { } refusal)
            {
                return refusal;
            }

            if (condition.Revision is { } expected && expected != way.From)
            {
                return IfMatch.Failed(condition, way.From);
            }

            Mutation[] mutations = [.. way.Changes.Select(WayBack)];
            CommitAnswer commit = await context.Committer.CommitAt(way.From, $"revert to revision {revision}", mutations);
            if (commit.Outcome.Status != CommitStatus.Stale)
            {
                return commit.Decorate(commit.Outcome.Problems is { Length: > 0 } problems
                    ? Refused(revision, problems, mutations)
                    : Done(context, revision, commit.Outcome));
            }
        }

        return AdminAnswer.Message(StatusCodes.Status409Conflict, "Others keep changing the configuration: try again") with { Headers = [new("Retry-After", "1")] };
    }

    /// <summary>Stored documents: their secrets are in stored form already.</summary>
    private static Mutation WayBack(EntityDiff change) => change.After is { } state
        ? new Mutation(MutationVerb.Put, change.Kind, change.Id.ToString("D"), Parent: null, state, Transformed: true)
        : new Mutation(MutationVerb.Delete, change.Kind, change.Id.ToString("D"), Parent: null, Body: null);

    private static AdminAnswer Done(AdminContext context, long revision, CommitOutcome outcome) => AdminAnswer.Object(StatusCodes.Status200OK, json =>
    {
        json.WriteNumber("revision", outcome.Revision);
        json.WriteNumber("reverted_to", revision);
        new ChangeJson(context.Schemas).WriteArray(json, DryRunAnswer.Changes(outcome));
    });

    /// <summary>The rules may have become stricter since, or a certificate have expired.</summary>
    private static AdminAnswer Refused(long revision, EntityProblem[] problems, Mutation[] mutations) =>
        AdminAnswer.Object(StatusCodes.Status400BadRequest, json =>
        {
            json.WriteString("message", $"revision {revision} cannot be brought back: {problems[0].Message}{(problems.Length == 1 ? "" : $" (and {problems.Length - 1} more)")}");
            json.WriteStartArray("errors");
            foreach (EntityProblem problem in problems.Take(MaxListed))
            {
                WriteProblem(json, problem, problem.Mutation >= 0 ? mutations[problem.Mutation] : null);
            }

            json.WriteEndArray();
        });

    private static void WriteProblem(Utf8JsonWriter json, EntityProblem problem, Mutation? mutation)
    {
        json.WriteStartObject();
        json.WriteString("kind", mutation?.Kind);
        json.WriteString("id", mutation?.Key);
        ProblemAnswer.Write(json, problem.Code, problem.Message, problem.Fields);
        json.WriteEndObject();
    }
}
