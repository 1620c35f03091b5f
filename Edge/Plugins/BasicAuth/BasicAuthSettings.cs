using Mesh.Abstractions.Schemas;

namespace Mesh.Edge.Plugins.BasicAuth;

internal sealed record BasicAuthSettings
{
    public static PluginSchema Schema { get; } = new()
    {
        Name = "basic-auth",
        Version = ConfigFields.Version,
        Priority = 1100,
        AllowsConsumer = false,
        Config =
        [
            Field.String("anonymous") with { Description = "Id or username of the consumer for callers without valid credentials; null refuses them." },
            ConfigFields.Flag("hide_credentials", false) with { Description = "The credentials are not sent to the upstream." },
            Field.String("realm") with { Required = true, Default = "\"service\"", Description = "Realm of the WWW-Authenticate header." },
        ],
    };

    public string? Anonymous { get; init; }
    public required bool HideCredentials { get; init; }
    public required string Realm { get; init; }
}
