using System.Text.Json;
using Mesh.Abstractions.Configuration;
using Mesh.Silo.Admin.Access;
using Mesh.Silo.Admin.Commits;
using Mesh.Silo.Admin.Entities;

namespace Mesh.Silo.Admin.Batch;

/// <summary>One operation of a batch: the mutation that it stands for, or why it stands for none.</summary>
/// <param name="Summary">As history would say it, were it alone.</param>
internal sealed record BatchOperation(Mutation? Mutation, string? Summary, AdminAnswer? Refusal)
{
    private static readonly string[] Members = ["method", "path", "body"];

    /// <summary>Reads the path by the router that answers it.</summary>
    public static BatchOperation Read(AdminContext context, JsonElement operation)
    {
        if (operation.ValueKind != JsonValueKind.Object || Text(operation, "method") is not { } method || Text(operation, "path") is not { } path)
        {
            return Refused(StatusCodes.Status400BadRequest, "an operation is an object with 'method', 'path' and, for writes, 'body'");
        }

        if (operation.EnumerateObject().FirstOrDefault(member => !Members.Contains(member.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
        {
            return Refused(StatusCodes.Status400BadRequest, $"an operation has no '{unknown.Name}'");
        }

        bool hasBody = operation.TryGetProperty("body", out JsonElement body) && body.ValueKind != JsonValueKind.Null;
        if (hasBody && body.ValueKind != JsonValueKind.Object)
        {
            return Refused(StatusCodes.Status400BadRequest, "'body' must be an object");
        }

        if (AdminPath.Split(path) is not { } segments || context.Services.Router.Find(segments) is not { } found)
        {
            return new(null, null, AdminAnswer.NotFound);
        }

        if (found.Workspace != context.WorkspaceName || found.Resource.Target is not { } target)
        {
            return Refused(StatusCodes.Status400BadRequest, $"'{path}' cannot be written in a batch: only entities of this workspace can, by their own paths");
        }

        if (!found.Rule.Allows(context.Caller, method, found.Workspace))
        {
            return new(null, null, AccessRefusal.Forbidden(context.Caller, method));
        }

        return Verb(method) is { } verb && found.Resource.Handler(method) is not null
            ? Of(target, verb, hasBody ? JsonSerializer.SerializeToUtf8Bytes(body) : null)
            : Refused(StatusCodes.Status405MethodNotAllowed, "Method not allowed");
    }

    private static BatchOperation Of(EntityTarget target, MutationVerb verb, byte[]? body)
    {
        byte[]? written = verb == MutationVerb.Delete ? null : body ?? "{}"u8.ToArray();
        return new(
            new Mutation(verb, target.Schema.Kind, target.Key, target.Parent, written),
            CommitSummary.Of(target.Schema, verb, target.Key, written),
            Refusal: null);
    }

    private static MutationVerb? Verb(string method) => method switch
    {
        "POST" => MutationVerb.Create,
        "PUT" => MutationVerb.Put,
        "PATCH" => MutationVerb.Patch,
        "DELETE" => MutationVerb.Delete,
        _ => null,
    };

    private static BatchOperation Refused(int status, string message) => new(null, null, AdminAnswer.Message(status, message));

    private static string? Text(JsonElement operation, string member) =>
        operation.TryGetProperty(member, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
