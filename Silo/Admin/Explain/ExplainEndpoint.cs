using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Configuration;
using Mesh.Edge.Explain;
using Mesh.Grains.Validation;
using Mesh.Silo.Admin.Bodies;
using Mesh.Silo.Admin.Errors;

namespace Mesh.Silo.Admin.Explain;

/// <summary>
/// <c>POST /explain</c>: what would become of a request. Beside an edge it reads the snapshot that the edge serves by;
/// elsewhere one that is compiled from the workspace.
/// </summary>
internal static class ExplainEndpoint
{
    public static AdminResource Resource { get; } = new() { Post = Explain };

    private static async Task<AdminAnswer> Explain(AdminContext context)
    {
        BodyReading body = await RequestBody.Read(context, new FormShape(ExplainBody.Schema));
        if (body.Refusal is { } refusal)
        {
            return refusal;
        }

        ErrorTree errors = new();
        if (JsonNode.Parse(body.Json!) is not JsonObject given || ExplainBody.Read(given, context.Schemas, errors) is not var (request, consumer))
        {
            return ProblemAnswer.Of(errors.ToProblem(0, null));
        }

        bool beside = context.Services.EdgeSnapshot is not null && context.WorkspaceName == context.Services.Settings.Edge.Workspace;
        EdgeSnapshot snapshot = beside
            ? context.Services.EdgeSnapshot!()
            : await context.Services.Snapshots.Read(context.WorkspaceName, context.Cancel);
        if (consumer is not null)
        {
            if (snapshot.Consumers.FindByIdOrUsername(consumer) is not { } found)
            {
                errors.Add("consumer", "no consumer has this id or username");
                return ProblemAnswer.Of(errors.ToProblem(0, null)) with { Revision = snapshot.Revision };
            }

            request = request with { Consumer = found };
        }

        Explanation explanation = new Explainer(context.Services.Settings.Edge).Explain(request, snapshot, ownRotation: beside);
        return new AdminAnswer(StatusCodes.Status200OK, JsonSerializer.SerializeToUtf8Bytes(explanation, ExplanationJson.Options), Revision: snapshot.Revision);
    }
}
