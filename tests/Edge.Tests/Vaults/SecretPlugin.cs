using System.Text.Json;
using Mesh.Abstractions.Schemas;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins;

namespace Mesh.Edge.Tests.Vaults;

/// <summary>A plugin with fields that may hold references, and one that may not; keeps the settings that it was built with.</summary>
internal sealed class SecretPlugin : IPlugin
{
    public JsonElement Built { get; private set; }

    public int Builds { get; private set; }

    public PluginSchema Schema { get; } = new()
    {
        Name = "secret",
        Version = "1.0.0",
        Priority = 1,
        Config =
        [
            Field.String("token") with { Referenceable = true },
            Field.String("plain"),
            Field.String("refused") with { Referenceable = true },
            Field.Array("list", Field.String("one") with { Referenceable = true }),
            Field.Map("map", Field.String("name"), Field.String("value") with { Referenceable = true }),
            Field.Record("inner", Field.String("token") with { Referenceable = true }, Field.Integer("port") with { Default = "80" }),
        ],
    };

    public RequestStep Build(PluginInstance instance, RequestStep next)
    {
        Built = instance.Settings;
        Builds++;
        return instance.Settings.TryGetProperty("refused", out JsonElement refused) && refused.GetString() is { Length: > 0 } value
            ? throw new FormatException($"'{value}' is not good")
            : next;
    }
}
