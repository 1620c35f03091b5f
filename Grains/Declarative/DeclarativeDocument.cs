using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Grains.Schemas;
using Mesh.Grains.Validation;
using Mesh.Grains.Workspaces;

namespace Mesh.Grains.Declarative;

/// <summary>Kong's declarative format 3.0, JSON or YAML.</summary>
public static class DeclarativeDocument
{
    /// <summary>Longest document that is read, in characters.</summary>
    public const int MaxLength = 256 * 1024 * 1024;

    private const string FormatVersion = "_format_version";
    private const string Transform = "_transform";
    private const string CurrentVersion = "3.0";
    private static readonly string[] Versions = ["1.1", "2.1", CurrentVersion];

    /// <summary>Keys that say something about the document and nothing about the workspace (the last three are decK's).</summary>
    private static readonly string[] Notes = ["_comment", "_ignore", "_info", "_workspace", "_konnect"];

    /// <summary>
    /// The puts that make a workspace equal to the document (a commit with <c>ReplaceAll</c>). Problems carry code 14 and the
    /// place; problems of single entities show when the commit is planned.
    /// </summary>
    public static (Mutation[] Mutations, EntityProblem[] Problems) Read(string text, EntitySchemas schemas, CancellationToken cancellationToken)
    {
        if (text.Length > MaxLength)
        {
            return Refuse($"the document is longer than {MaxLength} characters");
        }

        if (Parse(text, cancellationToken, out var error) is not { } document)
        {
            return Refuse(error!);
        }

        var faults = new JsonObject();
        var version = ReadVersion(document, faults);
        var transform = document[Transform];
        if (transform is not null && !(transform is JsonValue truth && truth.TryGetValue<bool>(out _)))
        {
            faults[Transform] = "expected a boolean";
        }

        var isStored = transform is JsonValue flag && flag.TryGetValue<bool>(out var transforms) && !transforms;
        var flattener = new DocumentFlattener(schemas, isStored, version is not CurrentVersion, cancellationToken);
        foreach (var schema in schemas.All)
        {
            flattener.Add(schema, document[schema.Kind], schema.Kind, null);
        }

        foreach (var (name, _) in document)
        {
            if (name is not (FormatVersion or Transform) && !Notes.Contains(name) && schemas.Find(name) is null)
            {
                faults[name] = "unknown field";
            }
        }

        EntityProblem[] problems =
        [
            .. faults.Select(fault => Problem(null, new JsonObject { [fault.Key] = fault.Value!.DeepClone() })),
            .. flattener.Faults.Select(fault => Problem(fault.Place, new JsonObject { [fault.Place] = fault.Message })),
        ];
        return problems.Length > 0 ? ([], problems) : ([.. flattener.Mutations], []);
    }

    /// <summary>A whole workspace (all its entities as puts) as one document with flat arrays and ids; what is null is left out.</summary>
    public static byte[] Export(IEnumerable<EntityChange> entities, EntitySchemas schemas, DeclarativeFormat format)
    {
        var document = new JsonObject { [FormatVersion] = CurrentVersion, [Transform] = false };
        var byKind = entities.Where(entity => !entity.IsDelete).ToLookup(entity => entity.Kind);
        foreach (var schema in schemas.All.Where(schema => byKind.Contains(schema.Kind)))
        {
            document[schema.Kind] = new JsonArray([.. byKind[schema.Kind].Select(entity => (JsonNode?)WithoutNulls(JsonBody.Parse(entity.Document, out _)!))]);
        }

        return format == DeclarativeFormat.Json ? new CanonicalJson().Write(document) : Encoding.UTF8.GetBytes(YamlText.Write(document));
    }

    private static JsonObject? Parse(string text, CancellationToken cancellationToken, out string? error)
    {
        if (!text.AsSpan().TrimStart().StartsWith('{'))
        {
            return YamlReader.Parse(text, cancellationToken, out error);
        }

        // A document in braces is JSON; should it be YAML's flow style, the YAML parser has the last word.
        return JsonBody.Parse(Encoding.UTF8.GetBytes(text), out error) ?? YamlReader.Parse(text, cancellationToken, out _);
    }

    private static string? ReadVersion(JsonObject document, JsonObject faults)
    {
        var version = document[FormatVersion] switch
        {
            JsonValue value when value.TryGetValue<string>(out var text) => text,
            JsonValue value when value.TryGetValue<double>(out var number) => number.ToString("0.0", CultureInfo.InvariantCulture),
            JsonValue value when value.TryGetValue<long>(out var integer) => $"{integer.ToString(CultureInfo.InvariantCulture)}.0",
            _ => null,
        };
        if (document[FormatVersion] is null)
        {
            faults[FormatVersion] = "required field missing";
        }
        else if (version is null || !Versions.Contains(version))
        {
            faults[FormatVersion] = $"expected one of: {string.Join(", ", Versions)}";
        }

        return version;
    }

    private static JsonObject WithoutNulls(JsonObject record)
    {
        foreach (var (name, value) in record.ToArray())
        {
            if (value is null)
            {
                record.Remove(name);
            }
            else if (value is JsonObject nested)
            {
                WithoutNulls(nested);
            }
        }

        return record;
    }

    private static (Mutation[] Mutations, EntityProblem[] Problems) Refuse(string reason) =>
        ([], [new EntityProblem(-1, null, ProblemCode.DeclarativeConfig, $"declarative config is invalid: {reason}", ErrorTree.ToUtf8(new JsonObject { ["error"] = reason }))]);

    private static EntityProblem Problem(string? place, JsonObject fields) =>
        new(-1, place, ProblemCode.DeclarativeConfig, $"declarative config is invalid: {LuaText.Write(fields)}", ErrorTree.ToUtf8(fields));
}
