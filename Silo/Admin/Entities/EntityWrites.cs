using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Silo.Admin.Bodies;
using Mesh.Silo.Admin.Commits;
using Mesh.Silo.Admin.Errors;
using Mesh.Silo.Admin.Fleet;
using Mesh.Silo.Admin.Preconditions;

namespace Mesh.Silo.Admin.Entities;

/// <summary>Writes of single entities: each is a commit of one mutation.</summary>
internal static class EntityWrites
{
    public static async Task<AdminAnswer> Write(AdminContext context, EntitySchema schema, MutationVerb verb, string? key, EntityParent? parent)
    {
        BodyReading body = await RequestBody.Read(context, new FormShape(schema, verb == MutationVerb.Patch ? key : null, parent));
        if (body.Refusal is { } refusal)
        {
            return refusal;
        }

        string? stored = key is null ? null : await EntityReads.Key(context, schema, key);
        Mutation mutation = new(verb, schema.Kind, stored, parent, body.Json);
        CommitAnswer commit = await context.Committer.Commit(CommitSummary.Of(schema, verb, key, body.Json), [mutation]);
        if (commit.Outcome.Problems is [var problem, ..])
        {
            return commit.Decorate(ProblemAnswer.Of(problem));
        }

        int status = verb == MutationVerb.Create ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        AdminAnswer answer = EntityAnswer.Of(context, schema, status, commit.Outcome.Results[0].Document);
        bool bound = schema.Kind == EntityKinds.Listeners && commit.Edges is not null;
        return commit.Decorate(bound ? await ListenerEndpoints.WithStates(context, answer) : answer);
    }

    /// <summary>Deleting what is absent succeeds at the top level and is 404 below a parent.</summary>
    public static async Task<AdminAnswer> Delete(AdminContext context, EntitySchema schema, string key, EntityParent? parent)
    {
        Mutation mutation = new(MutationVerb.Delete, schema.Kind, await EntityReads.Key(context, schema, key), parent, Body: null);
        CommitAnswer commit = await context.Committer.Commit(CommitSummary.Of(schema, MutationVerb.Delete, key, body: null), [mutation]);
        if (commit.Outcome.Problems is [var problem, ..])
        {
            return commit.Decorate(ProblemAnswer.Of(problem));
        }

        bool gone = commit.Outcome.Results[0].Existed || parent is null;
        return commit.Decorate(gone ? AdminAnswer.Empty(StatusCodes.Status204NoContent) : AdminAnswer.NotFound);
    }
}
