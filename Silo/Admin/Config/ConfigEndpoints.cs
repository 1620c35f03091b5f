using System.Text;
using System.Text.Json;
using Mesh.Abstractions.Configuration;
using Mesh.Grains.Declarative;
using Mesh.Grains.Secrets;
using Mesh.Silo.Admin.Bodies;
using Mesh.Silo.Admin.Commits;

namespace Mesh.Silo.Admin.Config;

/// <summary>
/// <c>/config</c>: the whole workspace as one declarative document, its secrets masked unless <c>secrets=1</c> asks for them. POST makes the workspace equal to the document in one
/// commit, or changes nothing and lists every error.
/// </summary>
internal static class ConfigEndpoints
{
    private const string Yaml = "application/yaml";

    private static readonly string[] YamlTypes = [Yaml, "text/yaml", "application/x-yaml", "text/x-yaml"];

    public static AdminResource Resource { get; } = new() { Get = Export, Post = Apply, TakesDocument = true };

    private static async Task<AdminAnswer> Export(AdminContext context)
    {
        string? asked = context.Query("format");
        if (asked is not (null or "json" or "yaml"))
        {
            return AdminAnswer.Message(StatusCodes.Status400BadRequest, "format must be 'json' or 'yaml'");
        }

        bool secrets = context.QueryFlag("secrets");
        if (secrets && !context.Caller.SeesSecrets)
        {
            return AdminAnswer.Message(StatusCodes.Status403Forbidden, $"{context.Caller.Name}, you do not have permissions to read secrets");
        }

        string accept = context.Http.Request.Headers.Accept.ToString();
        bool yaml = asked == "yaml" || (asked is null && YamlTypes.Any(type => accept.Contains(type, StringComparison.OrdinalIgnoreCase)));
        (long revision, List<EntityChange> entities) = await WorkspaceReading.Read(context.Workspace);
        if (!secrets)
        {
            SecretMask mask = new(context.Schemas);
            entities = entities.ConvertAll(entity => entity with { Document = mask.Mask(entity.Kind, entity.Document!) });
        }

        byte[] document = DeclarativeDocument.Export(entities, context.Schemas, yaml ? DeclarativeFormat.Yaml : DeclarativeFormat.Json);
        return new AdminAnswer(StatusCodes.Status200OK, document, yaml ? $"{Yaml}; charset=utf-8" : AdminAnswer.Json, revision);
    }

    private static async Task<AdminAnswer> Apply(AdminContext context)
    {
        (string? text, AdminAnswer? refusal) = await ReadText(context);
        if (text is null)
        {
            return refusal!;
        }

        (Mutation[] mutations, EntityProblem[] problems) = DeclarativeDocument.Read(text, context.Schemas, context.Cancel);
        if (problems.Length > 0)
        {
            return ConfigProblems.Answer(problems, mutations, Flatten(context));
        }

        CommitAnswer commit = await context.Committer.Commit($"apply a document of {mutations.Length} entities", mutations, replaceAll: true);
        if (commit.Outcome.Problems.Length > 0)
        {
            return commit.Decorate(ConfigProblems.Answer(commit.Outcome.Problems, mutations, Flatten(context)));
        }

        bool unchanged = commit.Outcome.Status == CommitStatus.Unchanged;
        return commit.Decorate(unchanged && context.QueryFlag("check_hash")
            ? AdminAnswer.Empty(StatusCodes.Status304NotModified)
            : ConfigApplied.Answer(commit.Outcome, context.Schemas, PrefersMinimal(context)));
    }

    private static bool PrefersMinimal(AdminContext context) =>
        context.Http.Request.Headers["Prefer"].Any(preference => preference?.Contains("return=minimal", StringComparison.OrdinalIgnoreCase) == true);

    private static bool Flatten(AdminContext context) => context.QueryFlag("flatten_errors");

    /// <summary>The document itself, or the <c>config</c> member of a JSON object or form.</summary>
    private static async Task<(string? Text, AdminAnswer? Refusal)> ReadText(AdminContext context)
    {
        string type = context.Http.Request.ContentType ?? "";
        if (type.Length == 0 || YamlTypes.Any(yaml => type.StartsWith(yaml, StringComparison.OrdinalIgnoreCase)))
        {
            return Utf8Text(await RequestBody.ReadAll(context));
        }

        if (type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
        {
            byte[] body = await RequestBody.ReadAll(context);
            return JsonBody.IsObject(body) ? (Inner(body) ?? Encoding.UTF8.GetString(body), null) : Refused("Cannot parse JSON body");
        }

        BodyReading form = await RequestBody.Read(context, FormShape.Untyped);
        return form.Json is { } json
            ? Inner(json) is { } inner ? (inner, null) : Refused("expected a declarative configuration")
            : (null, form.Refusal);
    }

    private static string? Inner(byte[] json)
    {
        using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = JsonBody.MaxDepth });
        return document.RootElement.TryGetProperty("config", out JsonElement config) && config.ValueKind == JsonValueKind.String ? config.GetString() : null;
    }

    private static (string? Text, AdminAnswer? Refusal) Utf8Text(byte[] body) =>
        System.Text.Unicode.Utf8.IsValid(body) ? (Encoding.UTF8.GetString(body), null) : Refused("The document is not UTF-8");

    private static (string? Text, AdminAnswer? Refusal) Refused(string message) =>
        (null, AdminAnswer.Message(StatusCodes.Status400BadRequest, message));
}
