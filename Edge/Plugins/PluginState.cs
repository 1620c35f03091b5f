using System.Collections.Concurrent;

namespace Mesh.Edge.Plugins;

/// <summary>
/// State of one plugin entity that keeps its identity across revisions (counters, token buckets, queues). It lives as long
/// as the entity does.
/// </summary>
internal sealed class PluginState
{
    private readonly ConcurrentDictionary<Type, object> values = new();

    public T Get<T>(Func<T> create)
        where T : class => (T)values.GetOrAdd(typeof(T), _ => create());
}
