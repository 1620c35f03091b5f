using System.Text.Json;
using Mesh.Abstractions.Access;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Grains;
using Mesh.Silo.Admin.Errors;
using Mesh.Silo.Admin.Schemas;

namespace Mesh.Silo.Admin.Access;

/// <summary><c>/access/tokens</c>: tokens of the Admin API, made, listed and revoked. Their text is shown once, by the answer that makes them.</summary>
internal static class TokenEndpoints
{
    public static AdminResource All { get; } = new() { Get = List, Post = Create };

    /// <param name="key">Id or name.</param>
    public static AdminResource One(string key) => new() { Get = context => Read(context, key), Delete = context => Revoke(context, key) };

    private static IAccessGrain Grain(AdminContext context) => context.Grains.GetGrain<IAccessGrain>(IAccessGrain.Key);

    private static async Task<AdminAnswer> List(AdminContext context)
    {
        AccessToken[] tokens = await Grain(context).List();
        return AdminAnswer.Object(StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray("data");
            foreach (AccessToken token in tokens)
            {
                json.WriteStartObject();
                Write(json, token);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNull("next");
        });
    }

    private static async Task<AdminAnswer> Create(AdminContext context)
    {
        TokenRequest request = await TokenRequest.Read(context);
        DateTimeOffset now = context.Services.Time.GetUtcNow();
        string text = TokenText.New();
        AccessToken token = new(
            Guid.NewGuid(), request.Name, request.Role, TokenText.Hash(text), now, context.Caller.Name, now + request.Ttl, request.Workspace, request.Tags);
        return await Grain(context).Create(token) switch
        {
            TokenCreation.Created => AdminAnswer.Object(StatusCodes.Status201Created, json =>
            {
                Write(json, token);
                json.WriteString("token", text);
            }),
            TokenCreation.NameTaken => ProblemAnswer.Of(ProblemCode.UniqueViolation, $"UNIQUE violation detected on '{{name=\"{request.Name}\"}}'"),
            _ => AdminAnswer.Message(StatusCodes.Status400BadRequest, "There are as many tokens as there may be: revoke some"),
        };
    }

    private static async Task<AdminAnswer> Read(AdminContext context, string key) => await Find(context, key) is { } token
        ? AdminAnswer.Object(StatusCodes.Status200OK, json => Write(json, token))
        : AdminAnswer.NotFound;

    /// <summary>Good everywhere when the answer comes.</summary>
    private static async Task<AdminAnswer> Revoke(AdminContext context, string key) =>
        await Find(context, key) is { } token && await Grain(context).Revoke(token.Id) is not null
            ? AdminAnswer.Empty(StatusCodes.Status204NoContent)
            : AdminAnswer.NotFound;

    private static async Task<AccessToken?> Find(AdminContext context, string key)
    {
        bool isId = Guid.TryParseExact(key, "D", out Guid id);
        return (await Grain(context).List()).FirstOrDefault(token => isId ? token.Id == id : token.Name == key);
    }

    private static void Write(Utf8JsonWriter json, AccessToken token)
    {
        json.WriteString("id", token.Id);
        json.WriteString("name", token.Name);
        json.WriteString("role", token.Role.ToString().ToLowerInvariant());
        json.WriteString("workspace", token.Workspace);
        FieldJson.WriteStrings(json, "tags", token.Tags);
        json.WriteString("created_at", TimeText.Of(token.CreatedAt));
        json.WriteString("created_by", token.CreatedBy);
        json.WriteString("expires_at", token.ExpiresAt is { } end ? TimeText.Of(end) : null);
        json.WriteString("last_used_at", token.LastUsedAt is { } use ? TimeText.Of(use) : null);
    }
}
