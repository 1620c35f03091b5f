using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas.Formats;

namespace Mesh.Grains.Schemas;

internal static class KeySchemas
{
    public static EntitySchema DeclareKeySets() => new()
    {
        Kind = EntityKinds.KeySets,
        AdminName = "key-sets",
        EndpointKey = "name",
        Fields =
        [
            CommonFields.Id,
            Field.String("name") with { Unique = true },
            CommonFields.Tags,
            CommonFields.CreatedAt,
            CommonFields.UpdatedAt,
        ],
    };

    public static EntitySchema DeclareKeys() => new()
    {
        Kind = EntityKinds.Keys,
        AdminName = "keys",
        EndpointKey = "name",
        Fields =
        [
            CommonFields.Id,
            Field.Foreign("set", EntityKinds.KeySets) with { Cascade = true },
            Field.String("name") with { Unique = true },
            Field.String("kid") with { Required = true },
            Field.String("jwk") with { Referenceable = true, Secret = true },
            Field.Record(
                "pem",
                Field.String("private_key") with { Referenceable = true, Secret = true, Check = node => PemChecks.PrivateKey(node) is null ? null : "could not load private key" },
                Field.String("public_key") with { Referenceable = true, Check = PemChecks.PublicKey }),
            CommonFields.Tags,
            CommonFields.CreatedAt,
            CommonFields.UpdatedAt,
        ],
        Checks =
        [
            new EntityCheck.MutuallyExclusive("jwk", "pem"),
            new EntityCheck.AtLeastOneOf("jwk", "pem"),
            new EntityCheck.Custom(CheckJwk) { Sources = ["jwk", "kid"] },
            new EntityCheck.Custom(CheckPem) { Sources = ["pem"] },
        ],
        UniqueTogether = [["kid", "set"]],
    };

    private static IEnumerable<(string Field, string Message)> CheckJwk(JsonObject key)
    {
        if (key["jwk"] is not JsonValue value || VaultReference.Is(value.GetValue<string>()))
        {
            yield break;
        }

        var (jwk, message) = ReadJwk(value.GetValue<string>());
        if (message is not null)
        {
            yield return (EntityCheck.Entity, message);
        }
        else if (Text(jwk, "kid") != key["kid"]!.GetValue<string>())
        {
            yield return (EntityCheck.Entity, "kid in jwk.kid must be equal to keys.kid");
        }
        else if (Text(jwk, "kty") is null)
        {
            yield return (EntityCheck.Entity, "could not load JWK: kty is missing");
        }
    }

    private static (JsonElement Jwk, string? Message) ReadJwk(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? (document.RootElement.Clone(), null)
                : (default, "could not json decode jwk string");
        }
        catch (JsonException)
        {
            return (default, "could not json decode jwk string");
        }
    }

    private static string? Text(JsonElement jwk, string name)
    {
        try
        {
            return jwk.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // An escaped half of a surrogate pair is no text.
            return null;
        }
    }

    private static IEnumerable<(string Field, string Message)> CheckPem(JsonObject key)
    {
        if (key["pem"] is not JsonObject pem)
        {
            yield break;
        }

        var privateKey = Pem(pem, "private_key");
        var publicKey = Pem(pem, "public_key");
        if (pem["private_key"] is null && pem["public_key"] is null)
        {
            yield return (EntityCheck.Entity, "need to supply a PEM formatted public and/or private key.");
        }
        else if (privateKey is not null && publicKey is not null)
        {
            using var own = PemChecks.ReadKey(privateKey, isPrivate: true);
            using var other = PemChecks.ReadKey(publicKey, isPrivate: false);
            if (own is null || other is null || !PemChecks.SamePublicKey(own, other))
            {
                yield return (EntityCheck.Entity, "public key does not match private key");
            }
        }
    }

    private static string? Pem(JsonObject pem, string field) =>
        pem[field] is JsonValue value && value.GetValue<string>() is var text && !VaultReference.Is(text) ? text : null;
}
