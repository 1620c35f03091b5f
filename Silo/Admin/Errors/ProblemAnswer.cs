using System.Text.Json;
using Mesh.Abstractions.Configuration;

namespace Mesh.Silo.Admin.Errors;

/// <summary>Problems in Kong's error form (Kong 3.9, <c>db/errors.lua</c> and <c>api/endpoints.lua</c>).</summary>
internal static class ProblemAnswer
{
    public static AdminAnswer Of(EntityProblem problem) => problem.Code == ProblemCode.NotFound
        ? AdminAnswer.NotFound
        : AdminAnswer.Object(Status(problem.Code), json => Write(json, problem.Code, problem.Message, problem.Fields));

    public static AdminAnswer Of(ProblemCode code, string message) =>
        AdminAnswer.Object(Status(code), json => Write(json, code, message, fields: null));

    public static AdminAnswer InvalidOffset(string offset) => Of(ProblemCode.InvalidOffset, $"'{offset}' is not a valid offset: bad base64 encoding");

    /// <summary>A value by which nothing can be looked up.</summary>
    public static AdminAnswer InvalidUnique(string field, string reason) =>
        AdminAnswer.Object(Status(ProblemCode.InvalidUnique), json => Write(json, ProblemCode.InvalidUnique, reason, fields: null, $"invalid unique {field}"));

    /// <summary>A key in a path that can be no id, of a kind that has nothing but ids.</summary>
    public static AdminAnswer InvalidPrimaryKey { get; } = Of(new EntityProblem(
        0, null, ProblemCode.InvalidPrimaryKey, "invalid primary key: '{id=\"expected a valid UUID\"}'", """{"id":"expected a valid UUID"}"""u8.ToArray()));

    /// <summary>A query option that cannot be followed.</summary>
    public static AdminAnswer InvalidOption(string option, string reason) =>
        AdminAnswer.Object(Status(ProblemCode.InvalidOptions), json =>
        {
            Write(json, ProblemCode.InvalidOptions, $"invalid option ({option}: {reason})", fields: null);
            json.WriteStartObject("options");
            json.WriteString(option, reason);
            json.WriteEndObject();
        });

    public static void Write(Utf8JsonWriter json, ProblemCode code, string message, byte[]? fields, string? name = null)
    {
        json.WriteString("message", message);
        json.WriteString("name", name ?? Name(code));
        if (fields is not null)
        {
            json.WritePropertyName("fields");
            json.WriteRawValue(fields);
        }

        json.WriteNumber("code", (int)code);
    }

    public static string Name(ProblemCode code) => code switch
    {
        ProblemCode.InvalidPrimaryKey => "invalid primary key",
        ProblemCode.SchemaViolation => "schema violation",
        ProblemCode.PrimaryKeyViolation => "primary key violation",
        ProblemCode.ForeignKeyViolation => "foreign key violation",
        ProblemCode.UniqueViolation => "unique constraint violation",
        ProblemCode.NotFound => "not found",
        ProblemCode.InvalidOffset => "invalid offset",
        ProblemCode.DatabaseError => "database error",
        ProblemCode.InvalidSize => "invalid size",
        ProblemCode.InvalidUnique => "invalid unique",
        ProblemCode.InvalidOptions => "invalid options",
        ProblemCode.OperationUnsupported => "operation unsupported",
        ProblemCode.ForeignKeysUnresolved => "foreign keys unresolved",
        ProblemCode.DeclarativeConfig => "invalid declarative configuration",
        ProblemCode.TransformationError => "transformation error",
        ProblemCode.InvalidForeignKey => "invalid foreign key",
        ProblemCode.InvalidWorkspace => "invalid workspace",
        ProblemCode.ReferencedByOthers => "referenced by others",
        ProblemCode.Forbidden => "forbidden",
        _ => "unknown error",
    };

    private static int Status(ProblemCode code) => code switch
    {
        ProblemCode.UniqueViolation => StatusCodes.Status409Conflict,
        ProblemCode.NotFound => StatusCodes.Status404NotFound,
        ProblemCode.Forbidden => StatusCodes.Status403Forbidden,
        ProblemCode.DatabaseError => StatusCodes.Status500InternalServerError,
        ProblemCode.OperationUnsupported => StatusCodes.Status405MethodNotAllowed,
        _ => StatusCodes.Status400BadRequest,
    };
}
