using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;

namespace Mesh.Grains.Schemas;

/// <summary>The plugin entity; its <c>config</c> and what it may stand on are declared by the plugin itself.</summary>
internal static class PluginEntitySchema
{
    public static EntitySchema Declare() => new()
    {
        Kind = EntityKinds.Plugins,
        AdminName = "plugins",
        EndpointKey = "instance_name",
        Fields =
        [
            CommonFields.Id,
            Field.String("name") with { Required = true },
            CommonFields.Name("instance_name"),
            CommonFields.CreatedAt,
            CommonFields.UpdatedAt,
            Scope("route", EntityKinds.Routes),
            Scope("service", EntityKinds.Services),
            CommonFields.Consumer(required: false),
            Field.Record("config") with { Required = true },
            Field.Set("protocols", CommonFields.Protocol("protocol")) with { Required = true, Default = """["grpc","grpcs","http","https"]""" },
            Field.Boolean("enabled") with { Required = true, Default = "true" },
            CommonFields.Tags,
        ],
        UniqueTogether = [["name", "route", "service", "consumer"]],
    };

    /// <summary>The same with the fields of one plugin.</summary>
    public static EntitySchema Specialize(EntitySchema entity, PluginSchema plugin) => entity with
    {
        Fields = [.. entity.Fields.Select(field => field.Name switch
        {
            "config" => field with { Fields = plugin.Config },
            "protocols" => field with
            {
                Default = $"[{string.Join(',', (plugin.DefaultProtocols ?? plugin.Protocols).Select(protocol => $"\"{protocol}\""))}]",
                Elements = field.Elements! with { OneOf = [.. plugin.Protocols] },
            },
            "route" => field with { MustBeNull = !plugin.AllowsRoute },
            "service" => field with { MustBeNull = !plugin.AllowsService },
            "consumer" => field with { MustBeNull = !plugin.AllowsConsumer },
            _ => field,
        })],
        Checks = [.. entity.Checks, .. plugin.Checks],
    };

    private static Field Scope(string name, string kind) => Field.Foreign(name, kind) with { Cascade = true };
}
