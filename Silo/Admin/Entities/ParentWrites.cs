using System.Text;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Silo.Admin.Bodies;
using Mesh.Silo.Admin.Commits;
using Mesh.Silo.Admin.Errors;
using Mesh.Silo.Admin.Preconditions;

namespace Mesh.Silo.Admin.Entities;

/// <summary><c>PUT /E/{key}/{f}</c>: replaces the entity that a foreign field refers to, or makes one and refers to it, in one commit.</summary>
internal static class ParentWrites
{
    public static async Task<AdminAnswer> Put(AdminContext context, EntitySchema child, string childKey, Field foreign)
    {
        EntitySchema parent = context.Schemas.Find(foreign.Reference!)!;
        if (await EntityReads.ForeignKey(context, child, childKey, foreign) is { } known)
        {
            return await EntityWrites.Write(context, parent, MutationVerb.Put, known, parent: null);
        }

        EntityReading reading = await context.Workspace.Read(child.Kind, await EntityReads.Key(context, child, childKey), parent: null);
        if (reading.Document is null)
        {
            return AdminAnswer.NotFound;
        }

        BodyReading body = await RequestBody.Read(context, new FormShape(parent));
        if (body.Refusal is { } refusal)
        {
            return refusal;
        }

        string id = Guid.NewGuid().ToString("D");
        byte[] reference = Encoding.UTF8.GetBytes($$$"""{"{{{foreign.Name}}}":{"id":"{{{id}}}"}}""");
        Mutation[] mutations =
        [
            new(MutationVerb.Put, parent.Kind, id, Parent: null, body.Json),
            new(MutationVerb.Patch, child.Kind, reading.Id.ToString("D"), Parent: null, reference),
        ];
        CommitAnswer commit = await context.Committer.Commit(CommitSummary.Of(parent, MutationVerb.Put, id, body.Json), mutations);
        return commit.Decorate(commit.Outcome.Problems is [var problem, ..]
            ? ProblemAnswer.Of(problem)
            : EntityAnswer.Of(context, parent, StatusCodes.Status200OK, commit.Outcome.Results[0].Document));
    }
}
