using System.Text.Json;
using Mesh.Edge.Listeners;

namespace Mesh.Silo.Admin.Node;

/// <summary>A listen list as Kong's <c>configuration</c> shows it: <c>x_listen</c> with the entries' text, <c>x_listeners</c> with their parts.</summary>
internal static class ListenersJson
{
    public const string Off = "off";

    public static void Write(Utf8JsonWriter json, string name, string list)
    {
        IReadOnlyList<ListenDirective> directives = ListenDirectives.Parse(list).Directives;
        json.WriteStartArray($"{name}_listen");
        foreach (string entry in list.Split(',', StringSplitOptions.TrimEntries))
        {
            json.WriteStringValue(entry);
        }

        json.WriteEndArray();
        json.WriteStartArray($"{name}_listeners");
        foreach (ListenDirective directive in directives)
        {
            json.WriteStartObject();
            json.WriteString("ip", directive.UnixPath ?? directive.Host);
            json.WriteNumber("port", directive.Port);
            json.WriteBoolean("ssl", directive.Ssl);
            json.WriteBoolean("http2", directive.Http2);
            json.WriteBoolean("proxy_protocol", directive.ProxyProtocol);
            json.WriteBoolean("deferred", directive.Deferred);
            json.WriteBoolean("bind", directive.Bind);
            json.WriteBoolean("reuseport", directive.ReusePort);
            json.WriteBoolean("transparent", directive.Transparent);
            json.WriteBoolean("udp", directive.Udp);
            if (directive.Backlog is { } backlog)
            {
                json.WriteString("backlog", $"backlog={backlog}");
            }

            json.WriteString("listener", directive.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
