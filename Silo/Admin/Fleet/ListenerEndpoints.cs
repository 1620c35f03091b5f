using System.Text.Json;
using Mesh.Abstractions.Grains;
using Mesh.Abstractions.Reports;

namespace Mesh.Silo.Admin.Fleet;

/// <summary><c>/listeners</c> and <c>/listeners/{name}</c>: where each listener is bound, and where it failed and why.</summary>
internal static class ListenerEndpoints
{
    public static AdminResource All { get; } = new() { Get = List };

    public static AdminResource One(string name) => new() { Get = context => Read(context, name) };

    public static void WriteState(Utf8JsonWriter json, ListenerReport listener)
    {
        json.WriteString("name", listener.Name);
        json.WriteString("listen", listener.Directive);
        json.WriteString("state", listener.State.ToString().ToLowerInvariant());
        json.WriteString("reason", listener.Reason);
        json.WriteNumber("connections", listener.Connections);
        json.WriteNumber("accepted", listener.Accepted);
    }

    /// <summary>The names come from the edges' own reports, the states from the listeners' grains.</summary>
    private static async Task<AdminAnswer> List(AdminContext context)
    {
        EdgePresence[] edges = await context.Grains.GetGrain<IFleetGrain>(IFleetGrain.Directory).Edges();
        EdgeReading?[] readings = await Task.WhenAll(edges
            .Where(edge => edge.Workspace == context.WorkspaceName)
            .Select(edge => context.Grains.GetGrain<IEdgeGrain>(edge.Edge.Id).Read()));
        string[] names = [.. readings.SelectMany(reading => reading?.Report.Listeners ?? []).Select(listener => listener.Name).Distinct().Order(StringComparer.Ordinal)];
        ListenerReading[][] listeners = await Task.WhenAll(names.Select(name => Grain(context, name).Read()));
        return AdminAnswer.Object(StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray("data");
            for (int i = 0; i < names.Length; i++)
            {
                json.WriteStartObject();
                Write(json, names[i], listeners[i]);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNull("next");
        });
    }

    private static async Task<AdminAnswer> Read(AdminContext context, string name)
    {
        ListenerReading[] states = await Grain(context, name).Read();
        return states.Length == 0 ? AdminAnswer.NotFound : AdminAnswer.Object(StatusCodes.Status200OK, json => Write(json, name, states));
    }

    private static IListenerGrain Grain(AdminContext context, string name) =>
        context.Grains.GetGrain<IListenerGrain>($"{context.WorkspaceName}/{name}");

    private static void Write(Utf8JsonWriter json, string name, ListenerReading[] states)
    {
        json.WriteString("name", name);
        json.WriteStartArray("edges");
        foreach (ListenerReading state in states)
        {
            json.WriteStartObject();
            json.WriteString("edge", state.Edge);
            json.WriteNumber("seen_at", state.SeenAt.ToUnixTimeMilliseconds() / 1000.0);
            WriteState(json, state.State);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
