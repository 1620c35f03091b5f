using Mesh.Abstractions.Schemas;

namespace Mesh.Grains.Tests.Workspaces;

/// <summary>Two plugins with a bit of everything that settings declare.</summary>
internal sealed class KnownPlugins : IPluginSchemas
{
    public IReadOnlyCollection<PluginSchema> All { get; } =
    [
        new PluginSchema
        {
            Name = "key-auth",
            Version = "1.0.0",
            Priority = 1250,
            AllowsConsumer = false,
            Config =
            [
                Field.Array("key_names", Field.String("key_name")) with { Required = true, Default = """["apikey"]""", LenMin = 1 },
                Field.Boolean("hide_credentials") with { Required = true, Default = "false" },
                Field.String("anonymous"),
            ],
        },
        new PluginSchema
        {
            Name = "rate-limiting",
            Version = "1.0.0",
            Priority = 910,
            Config =
            [
                Field.Number("second") with { Min = 1, Max = 1e9 },
                Field.Number("minute") with { Min = 1, Max = 1e9 },
                Field.String("policy") with { Default = "\"local\"", OneOf = ["local", "cluster"] },
                Field.Record("redis", Field.String("host"), Field.Integer("port") with { Default = "6379" }) with { Default = "{}" },
            ],
            Checks = [new EntityCheck.AtLeastOneOf("config.second", "config.minute")],
        },
    ];

    public PluginSchema? Find(string name) => All.FirstOrDefault(plugin => plugin.Name == name);
}
