using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Edge.Plugins.Fields;

/// <summary>
/// The properties of a JSON object. Where a name stands twice the last one counts and only it is written again, so that no
/// reader behind us sees one that we did not.
/// </summary>
internal sealed class JsonFields : IBodyFields
{
    private const int MaxDepth = 64;
    private readonly JsonObject root;
    private readonly bool dotsInKeys;

    private JsonFields(JsonObject root, bool dotsInKeys)
    {
        this.root = root;
        this.dotsInKeys = dotsInKeys;
    }

    public bool Changed { get; private set; }

    /// <summary>Null when the body is not a JSON object. An empty body is an empty object.</summary>
    /// <param name="dotsInKeys">A dot in a name is part of it; else it leads into a nested object.</param>
    public static JsonFields? Parse(ReadOnlyMemory<byte> body, bool dotsInKeys)
    {
        if (body.IsEmpty)
        {
            return new JsonFields([], dotsInKeys);
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return Copy(document.RootElement) is JsonObject root ? new JsonFields(root, dotsInKeys) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public IReadOnlyList<string> Values(string name) =>
        Parent(name, create: false, out string key) is { } parent && parent[key] is JsonValue value && value.TryGetValue(out string? text) ? [text] : [];

    public void Remove(string name) => Changed |= Parent(name, create: false, out string key)?.Remove(key) == true;

    public void Rename(string name, string newName)
    {
        if (name == newName || Parent(name, create: false, out string key) is not { } parent || !parent.TryGetPropertyValue(key, out JsonNode? value))
        {
            return;
        }

        parent.Remove(key);
        if (Parent(newName, create: true, out string newKey) is { } newParent)
        {
            newParent[newKey] = value;
        }

        Changed = true;
    }

    public void Replace(string name, string value) => Replace(name, JsonValue.Create(value));

    public void Replace(string name, JsonValue value)
    {
        if (Parent(name, create: false, out string key) is { } parent && parent.ContainsKey(key))
        {
            parent[key] = value;
            Changed = true;
        }
    }

    public void Add(string name, string value) => Add(name, JsonValue.Create(value));

    public void Add(string name, JsonValue value)
    {
        if (Parent(name, create: true, out string key) is { } parent && !parent.ContainsKey(key))
        {
            parent[key] = value;
            Changed = true;
        }
    }

    public void Append(string name, string value) => Append(name, JsonValue.Create(value));

    public void Append(string name, JsonValue value)
    {
        if (Parent(name, create: true, out string key) is not { } parent)
        {
            return;
        }

        Changed = true;
        JsonNode? present = parent[key];
        if (present is JsonArray array)
        {
            array.Add((JsonNode)value);
            return;
        }

        parent.Remove(key);
        parent[key] = present is null ? new JsonArray(value) : new JsonArray(present, value);
    }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(root);

    private JsonObject? Parent(string name, bool create, out string key)
    {
        key = name;
        if (dotsInKeys)
        {
            return root;
        }

        string[] parts = name.Split('.');
        key = parts[^1];
        JsonObject parent = root;
        foreach (string part in parts.AsSpan(0, parts.Length - 1))
        {
            if (parent[part] is JsonObject child)
            {
                parent = child;
            }
            else if (create && parent[part] is null)
            {
                parent[part] = child = [];
                parent = child;
            }
            else
            {
                return null;
            }
        }

        return parent;
    }

    private static JsonNode? Copy(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                JsonObject result = [];
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    result[property.Name] = Copy(property.Value);
                }

                return result;
            case JsonValueKind.Array:
                return new JsonArray([.. element.EnumerateArray().Select(Copy)]);
            case JsonValueKind.Null:
                return null;
            default:
                return JsonValue.Create(element.Clone());
        }
    }
}
