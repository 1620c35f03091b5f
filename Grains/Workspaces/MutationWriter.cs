using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Abstractions.Sealing;
using Mesh.Grains.Schemas;
using Mesh.Grains.Secrets;
using Mesh.Grains.Validation;

namespace Mesh.Grains.Workspaces;

/// <summary>Creates, puts and patches: from a client's body to the canonical document in the view.</summary>
internal sealed class MutationWriter(
    WorkspaceView view, EntityValidator validator, MaskedSecrets secrets, Problems problems, FailedEntities failed, DateTimeOffset now, bool wholeDocument)
{
    /// <summary>Characters of a generated API key, as Kong makes them.</summary>
    private const int GeneratedKeyLength = 32;

    private readonly CanonicalJson json = new();
    private readonly DocumentIds ids = new(wholeDocument);
    private readonly CertificateSnis snis = new(view, problems, wholeDocument, now);

    /// <returns>Null when the mutation is at fault.</returns>
    public EntityResult? Write(int index, KindView kind, Mutation mutation, (string Field, Guid Id)? parent)
    {
        var schema = kind.Schema;
        if (JsonBody.Parse(mutation.Body ?? "{}"u8, out var reason) is not { } body)
        {
            problems.BadBody(index, reason!);
            return Fail(kind, mutation, null);
        }

        var errors = new ErrorTree();
        var names = CertificateSnis.Take(kind, body);
        validator.Expand(schema, body, errors);
        if (parent is { } owner && mutation.Verb != MutationVerb.Patch)
        {
            body[owner.Field] = new JsonObject { ["id"] = owner.Id.ToString("D") };
        }

        var target = mutation.Key is { } key ? Target(kind, key, mutation.Verb, parent) : null;
        if (mutation.Verb == MutationVerb.Patch)
        {
            if (target is not { } patched)
            {
                problems.NotFound(index, mutation.Key ?? "", schema);
                return null;
            }

            if (body["id"] is { } given && given.ToJsonString().Trim('"') != patched.ToString("D"))
            {
                errors.Add("id", "immutable field cannot be updated");
            }

            body = validator.Merge(schema, JsonBody.Parse(kind.Find(patched), out _)!, body);
            body["id"] = patched.ToString("D");
        }
        else if (mutation is { Verb: MutationVerb.Put, Key: { } putKey } && !ApplyPutKey(index, kind, body, putKey, target, ref names))
        {
            return null;
        }

        var unknownSecrets = RestoreSecrets(kind, mutation, body);
        var document = validator.Normalize(schema, body, Resolve, errors, out var unresolved);
        foreach (var field in unknownSecrets)
        {
            errors.Put(field, MaskedSecrets.NothingStored);
        }

        if (!errors.IsEmpty || unresolved.Count > 0)
        {
            if (!errors.IsEmpty)
            {
                problems.Schema(index, errors);
            }

            if (unresolved.Count > 0)
            {
                problems.Unresolved(index, unresolved);
            }

            return Fail(kind, mutation, body);
        }

        return Place(index, kind, mutation, document, names);
    }

    /// <summary>A PUT below a parent takes an entity over from another one, as in Kong: clients move a credential so.</summary>
    private Guid? Target(KindView kind, string key, MutationVerb verb, (string Field, Guid Id)? parent) =>
        view.Locate(kind, key, parent) ?? (verb == MutationVerb.Put && parent is not null ? view.Locate(kind, key, null) : null);

    /// <summary>The key of the path wins over what the body says.</summary>
    private bool ApplyPutKey(int index, KindView kind, JsonObject body, string key, Guid? target, ref JsonNode? names)
    {
        if (Guid.TryParseExact(key, "D", out _))
        {
            body["id"] = key;
            return true;
        }

        if (target is { } existing)
        {
            body["id"] = existing.ToString("D");
        }

        if (kind.Schema.EndpointKey is { } field)
        {
            body[field] = key;
        }
        else if (kind.Schema.Kind != EntityKinds.Certificates)
        {
            problems.NotFound(index, key, kind.Schema);
            return false;
        }
        else if (target is null)
        {
            names ??= new JsonArray(JsonValue.Create(key));
        }

        return true;
    }

    private List<string> RestoreSecrets(KindView kind, Mutation mutation, JsonObject body)
    {
        var stored = mutation.Verb == MutationVerb.Create ? null
            : Text(body["id"]) is { } id ? Guid.TryParseExact(id, "D", out var given) ? kind.Find(given) : null
            : wholeDocument && ids.Find(kind, body, Resolve) is { } known ? kind.Find(known)
            : null;
        return secrets.Restore(kind.Schema.Kind, body, stored is null ? null : JsonBody.Parse(stored, out _));
    }

    private EntityResult? Place(int index, KindView kind, Mutation mutation, JsonObject document, JsonNode? names)
    {
        var id = document["id"] is { } given ? Guid.Parse(given.GetValue<string>()) : ids.For(kind, json.Write(document));
        var before = kind.Find(id);
        if (before is not null && mutation.Verb == MutationVerb.Create)
        {
            problems.PrimaryKeyTaken(index, id);
            return null;
        }

        if (wholeDocument && kind.Planned.TryGetValue(id, out var earlier) && earlier.Mutation >= 0)
        {
            problems.DeclaredTwice(index, kind.Schema.Kind, id);
            return null;
        }

        document["id"] = id.ToString("D");
        var old = before is null ? null : JsonBody.Parse(before, out _);
        FillIn(kind.Schema, document, old, mutation.Transformed);
        var written = json.Write(document);
        if (before is not null && !written.AsSpan().SequenceEqual(before))
        {
            if (kind.Schema.Find("updated_at") is { } updated)
            {
                document["updated_at"] = Now(updated);
                written = json.Write(document);
            }
        }
        else if (before is not null)
        {
            written = before;
        }

        kind.Set(id, written, index);
        return snis.Write(index, kind, id, names)
            ? new EntityResult(kind.Schema.Kind, id, Created: before is null, Existed: before is not null, written)
            : null;
    }

    /// <summary>What the store fills in. An old entity keeps what it has, so that putting it back changes nothing.</summary>
    private void FillIn(EntitySchema schema, JsonObject document, JsonObject? old, bool transformed)
    {
        foreach (var field in schema.Fields)
        {
            if (!field.Auto || field.Uuid)
            {
                continue;
            }

            if (old is not null && (document[field.Name] is null || field.Name == "updated_at"))
            {
                document[field.Name] = old[field.Name]?.DeepClone();
            }

            document[field.Name] ??= field.Timestamp ? Now(field) : RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", GeneratedKeyLength);
        }

        if (schema.Kind == EntityKinds.BasicAuthCredentials && !transformed)
        {
            // A password that reads as the stored hash comes from a client that puts back what it has read.
            var password = document["password"]!.GetValue<string>();
            var consumer = document["consumer"]!["id"]!.GetValue<string>();
            if (password != old?["password"]?.GetValue<string>() || consumer != old["consumer"]!["id"]!.GetValue<string>())
            {
                document["password"] = PasswordHash.Of(password, Guid.Parse(consumer));
            }
        }
    }

    private JsonValue Now(Field field) =>
        field.Type == FieldType.Integer ? JsonValue.Create(now.ToUnixTimeSeconds()) : JsonValue.Create(now.ToUnixTimeMilliseconds() / 1000.0);

    private Guid? Resolve(string kind, string name) =>
        view.Locate(view[kind], name, null) ?? failed.Find(kind, name);

    private EntityResult? Fail(KindView kind, Mutation mutation, JsonObject? body)
    {
        string?[] keys = [mutation.Key, Text(body?["id"]), kind.Schema.EndpointKey is { } field ? Text(body?[field]) : null];
        failed.Add(kind.Schema.Kind, keys.OfType<string>());
        return null;
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
