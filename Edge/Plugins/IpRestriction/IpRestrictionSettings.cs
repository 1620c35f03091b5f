using Mesh.Abstractions.Schemas;

namespace Mesh.Edge.Plugins.IpRestriction;

internal sealed record IpRestrictionSettings
{
    public static PluginSchema Schema { get; } = new()
    {
        Name = "ip-restriction",
        Version = ConfigFields.Version,
        Priority = 990,
        Protocols = ["grpc", "grpcs", "http", "https", "tcp", "tls"],
        Config =
        [
            Field.Array("allow", ConfigFields.IpOrCidr("")) with { Description = "Addresses or CIDR ranges that are let through; all others are refused." },
            Field.Array("deny", ConfigFields.IpOrCidr("")) with { Description = "Addresses or CIDR ranges that are refused; this wins over allow." },
            Field.Number("status") with { Description = "Status of the refusal; 403 when unset." },
            Field.String("message") with { Description = "Message of the refusal." },
        ],
        Checks = [new EntityCheck.AtLeastOneOf("config.allow", "config.deny")],
    };

    public string[]? Allow { get; init; }
    public string[]? Deny { get; init; }
    public double? Status { get; init; }
    public string? Message { get; init; }
}
