using System.Text.Json.Nodes;
using Mesh.Abstractions.Access;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas;
using Mesh.Grains.Validation;
using Mesh.Silo.Admin.Bodies;
using Mesh.Silo.Admin.Errors;
using JsonBody = Mesh.Grains.Validation.JsonBody;

namespace Mesh.Silo.Admin.Access;

/// <summary>The body by which a token is asked for, declared and checked as entities are.</summary>
internal sealed record TokenRequest(string Name, AccessRole Role, TimeSpan? Ttl, string? Workspace, string[] Tags)
{
    private const int MaxTtlSeconds = 10 * 365 * 24 * 60 * 60;
    private const int MaxNameLength = 128;

    /// <summary>As many as a list of entities can be asked for by.</summary>
    private const int MaxTags = 5;

    private static readonly string[] RoleNames = [.. Enum.GetNames<AccessRole>().Select(name => name.ToLowerInvariant())];

    /// <summary>Whom history would take for somebody else.</summary>
    private static readonly string[] Reserved = ["admin", "anonymous", "edge", "system"];

    public static EntitySchema Schema { get; } = new()
    {
        Kind = "tokens",
        AdminName = "tokens",
        Fields =
        [
            Field.String("name") with { Required = true, LenMax = MaxNameLength, Match = "^[a-zA-Z0-9][a-zA-Z0-9._@:+-]*$", NotOneOf = Reserved, Check = NoId },
            Field.String("role") with { Required = true, OneOf = RoleNames },
            Field.Integer("ttl") with { Min = 1, Max = MaxTtlSeconds },
            Field.String("workspace") with { LenMax = 63, Match = "^[a-zA-Z0-9._-]+$" },
            CommonFields.Tags with { LenMax = MaxTags },
        ],
    };

    /// <exception cref="AdminRefusal">The body cannot be read, or the declaration refuses it.</exception>
    public static async Task<TokenRequest> Read(AdminContext context)
    {
        BodyReading body = await RequestBody.Read(context, new FormShape(Schema));
        if (body.Json is not { } json)
        {
            throw new AdminRefusal(body.Refusal!);
        }

        ErrorTree errors = new();
        if (JsonBody.Parse(json, out string? reason) is not { } given)
        {
            throw new AdminRefusal(ProblemAnswer.Of(ProblemCode.SchemaViolation, $"Cannot parse JSON body: {reason}"));
        }

        JsonObject token = new ValueNormalizer(context.Schemas, null).Record(new RecordRule(Schema.Fields, []), given, errors);
        return errors.IsEmpty
            ? new TokenRequest(
                token["name"]!.GetValue<string>(),
                Enum.Parse<AccessRole>(token["role"]!.GetValue<string>(), ignoreCase: true),
                token["ttl"] is { } seconds ? TimeSpan.FromSeconds(seconds.GetValue<long>()) : null,
                token["workspace"]?.GetValue<string>(),
                token["tags"] is JsonArray tags ? [.. tags.Select(tag => tag!.GetValue<string>())] : [])
            : throw new AdminRefusal(ProblemAnswer.Of(errors.ToProblem(0, null)));
    }

    private static string? NoId(JsonNode name) => Guid.TryParse(name.GetValue<string>(), out _) ? "must not look like an id" : null;
}
