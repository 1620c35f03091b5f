using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas;
using Mesh.Grains.Schemas.Formats;
using Mesh.Grains.Validation;

namespace Mesh.Grains.Secrets;

/// <summary>
/// Documents as they may be shown where people look around: the values of fields declared secret are masked. What no
/// declaration speaks for (a kind or plugin of a newer version) is masked too. Vault references are names, not secrets.
/// </summary>
internal sealed class SecretMask(EntitySchemas schemas)
{
    /// <summary>Stands for a secret.</summary>
    public const string Text = "******";

    private readonly Dictionary<string, bool> hasSecrets = [];

    /// <summary>The canonical document itself when it can hold no secret.</summary>
    public byte[] Mask(string kind, byte[] document)
    {
        if (kind != EntityKinds.Plugins && schemas.Find(kind) is { } schema && !HasSecrets(schema))
        {
            return document;
        }

        JsonObject entity = JsonBody.Parse(document, out _)!;
        Mask(kind, entity);
        return new CanonicalJson().Write(entity);
    }

    public void Mask(string kind, JsonObject entity)
    {
        if (schemas.FieldsOf(kind, entity) is { } fields)
        {
            Mask(fields, entity);
            return;
        }

        foreach ((string name, JsonNode? value) in entity.ToArray())
        {
            if (value is not null && name is not ("id" or "name"))
            {
                Set(entity, name, Hidden(value, referenceable: false));
            }
        }
    }

    private bool HasSecrets(EntitySchema schema)
    {
        if (!hasSecrets.TryGetValue(schema.Kind, out bool known))
        {
            hasSecrets[schema.Kind] = known = schema.Fields.Any(HasSecret);
        }

        return known;
    }

    private static bool HasSecret(Field field) =>
        field.Secret || (field.Elements is { } elements && HasSecret(elements)) || field.Fields?.Any(HasSecret) == true;

    private static void Mask(IReadOnlyList<Field> fields, JsonObject record)
    {
        foreach ((string name, JsonNode? value) in record.ToArray())
        {
            if (value is not null)
            {
                Field? field = fields.FirstOrDefault(field => field.Name == name);
                Set(record, name, field is null ? Hidden(value, referenceable: false) : Shown(field, value));
            }
        }
    }

    private static JsonNode? Shown(Field field, JsonNode value)
    {
        if (field.Secret)
        {
            return Hidden(value, field.Referenceable || field.Elements?.Referenceable == true);
        }

        switch (value)
        {
            case JsonObject record when field.Fields is { } fields:
                Mask(fields, record);
                break;

            case JsonObject map when field is { Type: FieldType.Map, Elements: { } values } && HasSecret(values):
                foreach ((string key, JsonNode? entry) in map.ToArray())
                {
                    Set(map, key, entry is null ? null : Shown(values, entry));
                }

                break;

            case JsonArray list when field.Elements is { } elements && HasSecret(elements):
                Each(list, entry => Shown(elements, entry));
                break;
        }

        return value;
    }

    private static JsonNode? Hidden(JsonNode value, bool referenceable)
    {
        switch (value)
        {
            case JsonObject record:
                foreach ((string name, JsonNode? entry) in record.ToArray())
                {
                    Set(record, name, entry is null ? null : Hidden(entry, referenceable));
                }

                return record;

            case JsonArray list:
                Each(list, entry => Hidden(entry, referenceable));
                return list;

            default:
                return referenceable && value.AsValue().TryGetValue(out string? text) && VaultReference.Is(text) ? value : JsonValue.Create(Text);
        }
    }

    private static void Set(JsonObject record, string name, JsonNode? value)
    {
        if (!ReferenceEquals(record[name], value))
        {
            record[name] = value;
        }
    }

    private static void Each(JsonArray list, Func<JsonNode, JsonNode?> change)
    {
        for (int i = 0; i < list.Count; i++)
        {
            if (list[i] is { } entry && change(entry) is var changed && !ReferenceEquals(changed, entry))
            {
                list[i] = changed;
            }
        }
    }
}
