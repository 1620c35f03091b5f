using System.Text.Json;
using Mesh.Abstractions.Configuration;
using Mesh.Silo.Admin.Bodies;
using Mesh.Silo.Admin.Commits;
using Mesh.Silo.Admin.Errors;

namespace Mesh.Silo.Admin.Batch;

/// <summary>
/// <c>POST /batch</c>: many writes of entities as one commit, all or none. They take effect in their order, so that a later
/// one may refer to what an earlier one made; every one that fails says why.
/// </summary>
internal static class BatchEndpoint
{
    public const int MaxOperations = 10_000;

    /// <summary>Operations that the commit's summary names.</summary>
    private const int MaxNamed = 3;

    public static AdminResource Resource { get; } = new() { Post = Apply, TakesDocument = true };

    private static async Task<AdminAnswer> Apply(AdminContext context)
    {
        BodyReading body = await RequestBody.Read(context, FormShape.Untyped);
        if (body.Refusal is { } refusal)
        {
            return refusal;
        }

        using JsonDocument document = JsonDocument.Parse(body.Json!, new JsonDocumentOptions { MaxDepth = JsonBody.MaxDepth });
        if (!document.RootElement.TryGetProperty("operations", out JsonElement list) || list.ValueKind != JsonValueKind.Array)
        {
            return AdminAnswer.Message(StatusCodes.Status400BadRequest, "expected 'operations': an array of objects with 'method', 'path' and 'body'");
        }

        if (list.GetArrayLength() > MaxOperations)
        {
            return AdminAnswer.Message(StatusCodes.Status400BadRequest, $"a batch has at most {MaxOperations} operations");
        }

        BatchOperation[] operations = [.. list.EnumerateArray().Select(operation => BatchOperation.Read(context, operation))];
        if (operations.Any(operation => operation.Refusal is not null))
        {
            return Failed([.. operations.Select(operation => operation.Refusal)]);
        }

        CommitAnswer commit = await context.Committer.Commit(Summary(operations), [.. operations.Select(operation => operation.Mutation!)]);
        return commit.Decorate(commit.Outcome.Problems is { Length: > 0 } problems
            ? Failed(Refusals(problems, operations.Length))
            : Done(context, commit.Outcome, operations));
    }

    private static string Summary(BatchOperation[] operations)
    {
        string named = string.Join(", ", operations.Take(MaxNamed).Select(operation => operation.Summary));
        return operations.Length switch
        {
            0 => "empty batch",
            <= MaxNamed => named,
            _ => $"{named} and {operations.Length - MaxNamed} more",
        };
    }

    /// <summary>The first problem of each operation; several are told one after the other as with single writes.</summary>
    private static AdminAnswer?[] Refusals(EntityProblem[] problems, int count)
    {
        AdminAnswer?[] refusals = new AdminAnswer?[count];
        foreach (EntityProblem problem in problems.Where(problem => problem.Mutation >= 0))
        {
            refusals[problem.Mutation] ??= ProblemAnswer.Of(problem);
        }

        return refusals;
    }

    private static AdminAnswer Done(AdminContext context, CommitOutcome outcome, BatchOperation[] operations) => AdminAnswer.Object(StatusCodes.Status200OK, json =>
    {
        json.WriteNumber("revision", outcome.Revision);
        json.WriteStartArray("results");
        for (int i = 0; i < operations.Length; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("status", operations[i].Mutation!.Verb switch
            {
                MutationVerb.Create => StatusCodes.Status201Created,
                MutationVerb.Delete => StatusCodes.Status204NoContent,
                _ => StatusCodes.Status200OK,
            });
            json.WritePropertyName("body");
            Write(json, outcome.Results[i] is { Document: { } document } result ? context.Shown(result.Kind, document) : null);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static AdminAnswer Failed(AdminAnswer?[] refusals)
    {
        int[] statuses = [.. refusals.OfType<AdminAnswer>().Select(refusal => refusal.Status)];
        bool shared = statuses.All(status => status == statuses[0])
            && statuses[0] is StatusCodes.Status403Forbidden or StatusCodes.Status404NotFound or StatusCodes.Status409Conflict or StatusCodes.Status412PreconditionFailed;
        return AdminAnswer.Object(shared ? statuses[0] : StatusCodes.Status400BadRequest, json =>
        {
            json.WriteString("message", $"{statuses.Length} of {refusals.Length} operations failed; nothing was changed");
            json.WriteStartArray("results");
            foreach (AdminAnswer? refusal in refusals)
            {
                if (refusal is null)
                {
                    json.WriteNullValue();
                    continue;
                }

                json.WriteStartObject();
                json.WriteNumber("status", refusal.Status);
                json.WritePropertyName("body");
                Write(json, refusal.Body);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static void Write(Utf8JsonWriter json, ReadOnlyMemory<byte>? body)
    {
        if (body is { IsEmpty: false } document)
        {
            json.WriteRawValue(document.Span, skipInputValidation: true);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}
