using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Abstractions.Sealing;

namespace Mesh.Grains.Schemas;

/// <summary>What consumers prove themselves with, and the groups that they are in.</summary>
internal static class CredentialSchemas
{
    /// <summary>Seconds: a hundred million, Kong's longest time to live.</summary>
    private const int MaxTtl = 100_000_000;

    public static EntitySchema DeclareKeyAuth() => new()
    {
        Kind = EntityKinds.KeyAuthCredentials,
        AdminName = "key-auths",
        AdminNestedName = "key-auth",
        EndpointKey = "key",
        Fields =
        [
            CommonFields.Id,
            CommonFields.CreatedAt,
            CommonFields.Consumer(required: true),
            Field.String("key") with { Unique = true, Auto = true, Secret = true },
            Field.Integer("ttl") with { Min = 0, Max = MaxTtl },
            CommonFields.Tags,
        ],
    };

    /// <summary>The password is stored as Kong stores it, see <see cref="PasswordHash"/>; the planner hashes what clients send.</summary>
    public static EntitySchema DeclareBasicAuth() => new()
    {
        Kind = EntityKinds.BasicAuthCredentials,
        AdminName = "basic-auths",
        AdminNestedName = "basic-auth",
        EndpointKey = "username",
        Fields =
        [
            CommonFields.Id,
            CommonFields.CreatedAt,
            CommonFields.Consumer(required: true),
            Field.String("username") with { Required = true, Unique = true },
            Field.String("password") with { Required = true, Secret = true },
            CommonFields.Tags,
        ],
    };

    public static EntitySchema DeclareAcls() => new()
    {
        Kind = EntityKinds.Acls,
        AdminName = "acls",
        EndpointKey = "group",
        Fields =
        [
            CommonFields.Id,
            CommonFields.CreatedAt,
            CommonFields.Consumer(required: true),
            Field.String("group") with { Required = true },
            CommonFields.Tags,
        ],
        UniqueTogether = [["consumer", "group"]],
    };
}
