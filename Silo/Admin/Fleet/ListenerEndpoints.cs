using System.Text.Json;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Grains;
using Mesh.Abstractions.Reports;

namespace Mesh.Silo.Admin.Fleet;

/// <summary><c>/edges/listeners</c> and <c>/listeners/{listener}/status</c>: where listeners are bound, and where one failed and why.</summary>
internal static class ListenerEndpoints
{
    public static AdminResource All { get; } = new() { Get = List };

    /// <param name="key">Name or id of an entity, else the name of an edge's own listener (<c>proxy</c>, <c>proxy-0</c>).</param>
    public static AdminResource Status(string key) => new() { Get = context => Read(context, key) };

    /// <summary>
    /// The answer to a write of a listener for whose edges the client has waited: the entity as <paramref name="answer"/> shows
    /// it, and its state on each edge in the member <c>edges</c>, as <c>/listeners/{listener}/status</c> has it.
    /// </summary>
    public static async Task<AdminAnswer> WithStates(AdminContext context, AdminAnswer answer)
    {
        using JsonDocument entity = JsonDocument.Parse(answer.Body);
        ListenerReading[] states = await StatesOf(context, entity.RootElement.GetProperty("id").GetGuid(), entity.RootElement.GetProperty("name").GetString()!);
        AdminAnswer shown = AdminAnswer.Object(answer.Status, json =>
        {
            foreach (JsonProperty member in entity.RootElement.EnumerateObject())
            {
                member.WriteTo(json);
            }

            WriteEdges(json, states);
        });
        return answer with { Body = shown.Body };
    }

    public static void WriteState(Utf8JsonWriter json, ListenerReport listener)
    {
        json.WriteString("name", listener.Name);
        json.WriteString("listen", listener.Directive);
        json.WriteString("state", listener.State.ToString().ToLowerInvariant());
        json.WriteString("reason", listener.Reason);
        json.WriteNumber("connections", listener.Connections);
        json.WriteNumber("accepted", listener.Accepted);
        json.WriteNumber("refused", listener.Refused);
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

    private static async Task<AdminAnswer> Read(AdminContext context, string key)
    {
        EntityReading reading = await context.Workspace.Read(EntityKinds.Listeners, key, parent: null);
        if (reading.Document is null)
        {
            ListenerReading[] own = await StatesOf(context, Guid.Empty, key);
            return own.Length == 0 ? AdminAnswer.NotFound : AdminAnswer.Object(StatusCodes.Status200OK, json => Write(json, key, own));
        }

        using JsonDocument entity = JsonDocument.Parse(reading.Document);
        string name = entity.RootElement.GetProperty("name").GetString()!;
        ListenerReading[] states = await StatesOf(context, reading.Id, name);
        AdminAnswer answer = AdminAnswer.Object(StatusCodes.Status200OK, json =>
        {
            json.WriteString("id", reading.Id);
            Write(json, name, states);
        });
        return answer with { Revision = reading.Revision };
    }

    /// <param name="id">Of the entity; empty for the edges' own listeners, which may have the same name.</param>
    private static async Task<ListenerReading[]> StatesOf(AdminContext context, Guid id, string name) =>
        [.. (await Grain(context, name).Read()).Where(reading => reading.State.Id == id)];

    private static IListenerGrain Grain(AdminContext context, string name) =>
        context.Grains.GetGrain<IListenerGrain>($"{context.WorkspaceName}/{name}");

    private static void Write(Utf8JsonWriter json, string name, ListenerReading[] states)
    {
        json.WriteString("name", name);
        WriteEdges(json, states);
    }

    private static void WriteEdges(Utf8JsonWriter json, ListenerReading[] states)
    {
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
