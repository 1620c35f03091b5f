using Mesh.Abstractions.Schemas;

namespace Mesh.Edge.Plugins.Acl;

internal sealed record AclSettings
{
    public static PluginSchema Schema { get; } = new()
    {
        Name = "acl",
        Version = ConfigFields.Version,
        Priority = 950,
        AllowsConsumer = false,
        Config =
        [
            Field.Array("allow", Field.String("")) with { Description = "Groups of which a caller must be in one." },
            Field.Array("deny", Field.String("")) with { Description = "Groups of which a caller may be in none." },
            ConfigFields.Flag("hide_groups_header", false) with { Description = "The upstream is not told the caller's groups." },
            ConfigFields.Flag("include_consumer_groups", false) with { Description = "Kong's consumer groups count too; Mesh has none of them, so it changes nothing." },
            ConfigFields.Flag("always_use_authenticated_groups", false) with { Description = "Groups given by an authentication plugin win over the consumer's; none gives any yet, so it changes nothing." },
        ],
        Checks =
        [
            new EntityCheck.OnlyOneOf("config.allow", "config.deny"),
            new EntityCheck.AtLeastOneOf("config.allow", "config.deny"),
        ],
    };

    public string[]? Allow { get; init; }
    public string[]? Deny { get; init; }
    public required bool HideGroupsHeader { get; init; }
}
