using System.Text;
using System.Text.Json.Nodes;

namespace Mesh.Grains.Workspaces;

/// <summary>Writes keys as they stand in Kong's messages: <c>{name="x"}</c>. Clients compare these texts.</summary>
internal static class LuaText
{
    public static string Write(JsonNode? node)
    {
        var text = new StringBuilder();
        Append(text, node);
        return text.ToString();
    }

    private static void Append(StringBuilder text, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject table:
                text.Append('{');
                foreach (var (key, value) in table)
                {
                    text.Append(text[^1] == '{' ? "" : ",").Append(key).Append('=');
                    Append(text, value);
                }

                text.Append('}');
                break;
            case JsonValue value when value.TryGetValue<string>(out var content):
                text.Append('"').Append(content.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
                break;
            case null:
                text.Append("null");
                break;
            default:
                text.Append(node.ToJsonString());
                break;
        }
    }
}
