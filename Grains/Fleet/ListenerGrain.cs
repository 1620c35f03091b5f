using Mesh.Abstractions.Grains;
using Mesh.Abstractions.Reports;

namespace Mesh.Grains.Fleet;

internal sealed class ListenerGrain(TimeProvider time) : Grain, IListenerGrain
{
    private readonly Dictionary<Guid, (DateTimeOffset SeenAt, ListenerReport[] States)> edges = [];

    /// <summary>The states of this listener at one edge; none when the edge no longer has it.</summary>
    public Task Observe(Guid edge, ListenerReport[] states)
    {
        if (states.Length == 0)
        {
            edges.Remove(edge);
        }
        else
        {
            edges[edge] = (time.GetUtcNow(), states);
        }

        return Task.CompletedTask;
    }

    public Task<ListenerReading[]> Read()
    {
        DateTimeOffset oldest = time.GetUtcNow() - EdgeLiveness.Retention;
        foreach ((Guid edge, (DateTimeOffset seenAt, ListenerReport[] _)) in edges)
        {
            if (seenAt < oldest)
            {
                edges.Remove(edge);
            }
        }

        return Task.FromResult<ListenerReading[]>(
        [
            .. edges.OrderBy(entry => entry.Key).SelectMany(entry => entry.Value.States.Select(state => new ListenerReading(entry.Key, entry.Value.SeenAt, state))),
        ]);
    }
}
