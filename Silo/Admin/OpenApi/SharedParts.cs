using System.Text.Json.Nodes;

namespace Mesh.Silo.Admin.OpenApi;

/// <summary>Parameters, headers, errors and credentials that many operations have.</summary>
internal static class SharedParts
{
    public const string Size = "size";
    public const string Offset = "offset";
    public const string Tags = "tags";
    public const string Wait = "wait";
    public const string Timeout = "timeout";
    public const string DryRun = "dry_run";
    public const string MinRevision = "min_revision";
    public const string IfMatch = "if_match";
    public const string IfNoneMatch = "if_none_match";

    public static readonly string[] Reading = [MinRevision, Timeout];
    public static readonly string[] Paging = [Size, Offset];
    public static readonly string[] Writing = [Wait, Timeout, DryRun, IfMatch];

    private static readonly (int Status, string Name, string Description)[] Errors =
    [
        (400, "BadRequest", "The request is at fault: `message` says how, `fields` where."),
        (401, "Unauthorized", "There is no credential, or none that counts."),
        (403, "Forbidden", "The caller's role or bounds do not let it do this, or the request comes by a name or from a web page that may not ask."),
        (404, "NotFound", "There is no such thing."),
        (405, "MethodNotAllowed", "The path does not know the method; `Allow` lists those that it does."),
        (409, "Conflict", "Another entity has the value of a unique field."),
        (412, "PreconditionFailed", "The configuration does not stand where `If-Match` or `min_revision` says."),
        (413, "PayloadTooLarge", "The body is longer than the limit."),
        (415, "UnsupportedMediaType", "The body's media type is not known here."),
        (429, "TooManyAttempts", "Too many failed attempts from this address; what is good is still let in."),
        (503, "Unavailable", "The configuration store cannot be reached."),
        (507, "TooLarge", "The workspace is too large for this process."),
    ];

    public static JsonObject Parameters() => new()
    {
        [Size] = Query(Size, new() { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = 1000, ["default"] = 100 }, "Most entries of a page."),
        [Offset] = Query(Offset, Shape.Text, "Where the page begins: `offset` of the page before."),
        [Tags] = Query(Tags, new() { ["type"] = "string", ["maxLength"] = 1024 }, "`a,b`: with all of the tags; `a/b`: with any of them. At most 5."),
        [Wait] = Query(Wait, Shape.OneOf("edges"), "Answer when every live edge has applied the commit; header X-Mesh-Edges tells how many have."),
        [Timeout] = Query(Timeout, new() { ["type"] = "integer", ["minimum"] = 0 }, "Longest wait in milliseconds."),
        [DryRun] = Query(DryRun, Shape.OneOf("0", "1", "false", "true"), "1: check everything, change nothing, and answer 200 with what would change."),
        [MinRevision] = Query(MinRevision, new() { ["type"] = "integer", ["minimum"] = 0 }, "Answer with this revision or a newer one; 412 when it does not come in time."),
        [IfMatch] = Header("If-Match", "A revision (`7`): commit only if the workspace stands there. Or the entity's ETag: only if it is unchanged."),
        [IfNoneMatch] = Header("If-None-Match", "The ETag that the client has: 304 when the entity still has it."),
    };

    public static JsonObject Headers() => new()
    {
        ["Revision"] = new JsonObject { ["description"] = "Revision that the answer shows.", ["schema"] = new JsonObject { ["type"] = "integer", ["minimum"] = 0 } },
        ["ETag"] = new JsonObject { ["description"] = "Tag of the entity as it stands.", ["schema"] = Shape.Text },
        ["Edges"] = new JsonObject { ["description"] = "With `wait=edges`: `applied=2 pending=0`.", ["schema"] = Shape.Text },
    };

    public static JsonObject Responses() => new(Errors.Select(error => KeyValuePair.Create(error.Name, (JsonNode?)new JsonObject
    {
        ["description"] = error.Description,
        ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = Shape.Ref("Error") } },
    })));

    public static JsonObject Error() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["message"] = Shape.Text,
            ["code"] = Shape.Described(Shape.Integer, "Kong's number of the kind of error."),
            ["name"] = Shape.Described(Shape.Text, "Kong's name of the kind of error."),
            ["fields"] = Shape.Described(Shape.Open, "Messages by field, nested as the body is; `@entity` has those about the whole."),
            ["revision"] = Shape.Integer,
        },
        ["required"] = new JsonArray("message"),
        ["examples"] = new JsonArray(new JsonObject
        {
            ["message"] = "schema violation (host: required field missing)",
            ["name"] = "schema violation",
            ["fields"] = new JsonObject { ["host"] = "required field missing" },
            ["code"] = 2,
        }),
    };

    public static string ErrorName(int status) => Errors.First(error => error.Status == status).Name;

    public static JsonObject SecuritySchemes() => new()
    {
        ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "An API token, MESH_ADMIN_TOKEN, or an OIDC token." },
        ["header"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "Kong-Admin-Token" },
        ["certificate"] = new JsonObject { ["type"] = "mutualTLS", ["description"] = "A client certificate of MESH_ADMIN_CLIENT_CA that MESH_ADMIN_CLIENT_ROLES gives a role." },
    };

    private static JsonObject Query(string name, JsonObject schema, string description) =>
        new() { ["name"] = name, ["in"] = "query", ["description"] = description, ["schema"] = schema };

    private static JsonObject Header(string name, string description) =>
        new() { ["name"] = name, ["in"] = "header", ["description"] = description, ["schema"] = Shape.Text };
}
