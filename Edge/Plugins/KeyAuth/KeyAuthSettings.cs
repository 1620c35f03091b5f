using Mesh.Abstractions.Schemas;

namespace Mesh.Edge.Plugins.KeyAuth;

internal sealed record KeyAuthSettings
{
    public static PluginSchema Schema { get; } = new()
    {
        Name = "key-auth",
        Version = ConfigFields.Version,
        Priority = 1250,
        AllowsConsumer = false,
        Config =
        [
            Field.Array("key_names", ConfigFields.HeaderName("")) with
            {
                Required = true,
                Default = """["apikey"]""",
                Description = "Names under which the key is looked for in headers, query and body.",
            },
            ConfigFields.Flag("hide_credentials", false) with { Description = "The key is not sent to the upstream." },
            Field.String("anonymous") with { Description = "Id or username of the consumer for callers without a valid key; null refuses them." },
            ConfigFields.Flag("key_in_header", true) with { Description = "Look for the key in the headers." },
            ConfigFields.Flag("key_in_query", true) with { Description = "Look for the key in the query." },
            ConfigFields.Flag("key_in_body", false) with { Description = "Look for the key in a JSON, urlencoded or multipart body." },
            ConfigFields.Flag("run_on_preflight", true) with { Description = "Ask for the key on OPTIONS requests too." },
            Field.String("realm") with { Description = "Realm of the WWW-Authenticate header." },
        ],
    };

    public required string[] KeyNames { get; init; }
    public required bool HideCredentials { get; init; }
    public string? Anonymous { get; init; }
    public required bool KeyInHeader { get; init; }
    public required bool KeyInQuery { get; init; }
    public required bool KeyInBody { get; init; }
    public required bool RunOnPreflight { get; init; }
    public string? Realm { get; init; }
}
