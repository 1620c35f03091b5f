using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;

namespace Mesh.Grains.Schemas;

internal static class VaultSchema
{
    /// <summary>Kinds of vaults.</summary>
    public static readonly string[] Installed = ["env"];

    public static EntitySchema Declare() => new()
    {
        Kind = EntityKinds.Vaults,
        AdminName = "vaults",
        EndpointKey = "prefix",
        Fields =
        [
            CommonFields.Id,
            Field.String("prefix") with { Required = true, Unique = true, NotOneOf = Installed, Match = "^[a-z][a-z0-9-]*[a-z0-9]+$" },
            Field.String("name") with
            {
                Required = true,
                Check = node => Installed.Contains(node.GetValue<string>()) ? null : $"vault '{node.GetValue<string>()}' is not installed",
            },
            Field.String("description"),
            Field.Record(
                "config",
                Field.String("prefix") with { Match = "^[a-zA-Z_][a-zA-Z0-9_-]*$" },
                Seconds("ttl"),
                Seconds("neg_ttl"),
                Seconds("resurrect_ttl")) with { Default = "{}" },
            CommonFields.CreatedAt,
            CommonFields.UpdatedAt,
            CommonFields.Tags,
        ],
    };

    private static Field Seconds(string name) => Field.Number(name) with { Min = 0, Max = 100_000_000 };
}
