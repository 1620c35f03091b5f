using System.Text.Json.Nodes;
using Mesh.Abstractions.Schemas;

namespace Mesh.Edge.Plugins.Logging;

/// <summary>Kong's <c>custom_fields_by_lua</c>: known, so that a configuration that leaves it empty is taken, and refused when it holds code.</summary>
internal static class LuaField
{
    public static Field CustomFields { get; } = Field.Map("custom_fields_by_lua", Field.String("name"), Field.String("code")) with
    {
        Check = value => value is JsonObject { Count: > 0 } ? "Mesh does not run Lua: custom_fields_by_lua must be empty" : null,
        Description = "Must be empty: Mesh does not run Lua.",
    };
}
