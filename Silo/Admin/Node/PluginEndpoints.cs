using Mesh.Abstractions.Schemas;
using Mesh.Silo.Admin.Schemas;

namespace Mesh.Silo.Admin.Node;

/// <summary><c>/plugins/enabled</c>: what this installation knows; <c>/plugins/schema/{name}</c>: the fields of one config (deprecated in Kong).</summary>
internal static class PluginEndpoints
{
    public static AdminResource Enabled { get; } = new()
    {
        Get = context => Task.FromResult(AdminAnswer.Object(StatusCodes.Status200OK, json =>
            FieldJson.WriteStrings(json, "enabled_plugins", context.Schemas.Plugins.All.Select(plugin => plugin.Name).Order(StringComparer.Ordinal)))),
    };

    public static AdminResource Schema(string name) => new()
    {
        Get = context => Task.FromResult(context.Schemas.Plugins.Find(name) is { } plugin
            ? AdminAnswer.Object(StatusCodes.Status200OK, json => FieldJson.WriteMembers(json, SchemaJson.ConfigOf(plugin)))
            : AdminAnswer.Message(StatusCodes.Status404NotFound, $"No plugin named '{name}'")),
    };
}
