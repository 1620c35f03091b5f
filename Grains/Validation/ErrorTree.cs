using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;

namespace Mesh.Grains.Validation;

/// <summary>What is wrong with an entity, in the shape of Kong's <c>fields</c>: records nest, arrays have null holes.</summary>
internal sealed class ErrorTree
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject root;

    public ErrorTree()
        : this([])
    {
    }

    private ErrorTree(JsonObject root) => this.root = root;

    public bool IsEmpty => root.Count == 0;

    public bool Has(string path) => Find(path) is not null;

    /// <summary>Adds to the record's own errors; for a field, sets the error unless it has one.</summary>
    public void Add(string path, string message)
    {
        if (path == EntityCheck.Entity)
        {
            if (root[EntityCheck.Entity] is not JsonArray list)
            {
                root[EntityCheck.Entity] = list = [];
            }

            list.Add(JsonValue.Create(message));
            return;
        }

        var (record, name) = Descend(path);
        record.TryAdd(name, JsonValue.Create(message));
    }

    /// <summary>Sets the error of a field whatever was said of it before.</summary>
    public void Put(string path, string message)
    {
        var (record, name) = Descend(path);
        record[name] = message;
    }

    /// <summary>Sets the errors of a field; names with dots in them stay whole.</summary>
    public void Set(string name, JsonNode errors) => root[name] = errors;

    public JsonObject ToJson() => root;

    public EntityProblem ToProblem(int mutation, string? place)
    {
        var said = new List<string>();
        Collect(root, "", said);
        var message = said.Count == 1
            ? $"schema violation ({said[0]})"
            : $"{said.Count.ToString(CultureInfo.InvariantCulture)} schema violations ({string.Join("; ", said)})";
        return new EntityProblem(mutation, place, ProblemCode.SchemaViolation, message, ToUtf8(root));
    }

    public static byte[] ToUtf8(JsonObject fields) => JsonSerializer.SerializeToUtf8Bytes<JsonNode>(fields, Plain);

    private (JsonObject Record, string Name) Descend(string path)
    {
        var at = root;
        var names = path.Split('.');
        foreach (var name in names.AsSpan(0, names.Length - 1))
        {
            if (at[name] is not JsonObject next)
            {
                at[name] = next = [];
            }

            at = next;
        }

        return (at, names[^1]);
    }

    private static void Collect(JsonObject errors, string prefix, List<string> said)
    {
        if (errors[EntityCheck.Entity] is JsonArray own)
        {
            said.AddRange(own.Select(message => prefix.Length == 0 ? Text(message) : $"{prefix[..^1]}: {Text(message)}"));
        }

        foreach (var (name, error) in errors.Where(pair => pair.Key != EntityCheck.Entity).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Collect(prefix + name, error, said);
        }
    }

    private static void Collect(string path, JsonNode? error, List<string> said)
    {
        switch (error)
        {
            case null:
                break;
            case JsonObject fields:
                Collect(fields, path + ".", said);
                break;
            case JsonArray elements:
                for (var i = 0; i < elements.Count; i++)
                {
                    // Lua counts from 1, and so do Kong's messages.
                    Collect($"{path}.{(i + 1).ToString(CultureInfo.InvariantCulture)}", elements[i], said);
                }

                break;
            default:
                said.Add($"{path}: {Text(error)}");
                break;
        }
    }

    private static string Text(JsonNode? message) => message!.GetValue<string>();

    private JsonNode? Find(string path)
    {
        JsonNode? at = root;
        foreach (var name in path.Split('.'))
        {
            at = at is JsonObject fields ? fields[name] : null;
        }

        return at;
    }
}
