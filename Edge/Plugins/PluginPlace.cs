using System.Collections.Immutable;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins.Logging;

namespace Mesh.Edge.Plugins;

/// <summary>
/// The plugins of one scope without its consumer: global, a service, a route, or a route and a service. Immutable but for
/// the chain remembered for it, which is kept together with what it was folded from and used only by who has the same.
/// </summary>
internal sealed class PluginPlace
{
    private FoldedChain? folded;
    private FoldedStreams? streams;

    /// <summary>Plugins for every consumer, by name.</summary>
    public ImmutableSortedDictionary<string, PlacedPlugin> Plugins { get; private init; } =
        ImmutableSortedDictionary.Create<string, PlacedPlugin>(StringComparer.Ordinal);

    /// <summary>Names of which there are instances for single consumers here; the instances are in <see cref="PluginTable"/>.</summary>
    public ImmutableSortedSet<string> ConsumerNames { get; private init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    public bool IsEmpty => Plugins.IsEmpty && ConsumerNames.IsEmpty;

    public PluginPlace With(PlacedPlugin plugin) => new() { Plugins = Plugins.SetItem(plugin.Name, plugin), ConsumerNames = ConsumerNames };

    public PluginPlace Without(PlacedPlugin plugin) => new() { Plugins = Plugins.Remove(plugin.Name), ConsumerNames = ConsumerNames };

    public PluginPlace WithConsumers(string name) => new() { Plugins = Plugins, ConsumerNames = ConsumerNames.Add(name) };

    public PluginPlace WithoutConsumers(string name) => new() { Plugins = Plugins, ConsumerNames = ConsumerNames.Remove(name) };

    /// <summary>The chain of the requests of which this is the most specific place.</summary>
    public RequestStep Chain(in PluginScopes scopes, PluginCatalog catalog, RequestStep forward)
    {
        FoldedChain? known = Volatile.Read(ref folded);
        if (known is not null && known.Scopes == scopes && known.Forward == forward)
        {
            return known.Step;
        }

        // Two revisions may be in use at once and two threads may fold at once: each keeps to what it folded itself.
        RequestStep step = PluginChain.Fold(scopes, catalog, forward);
        if (LogChain.Fold(scopes, catalog) is { } log)
        {
            step = new LoggedStep(log, step).Run;
        }

        var fresh = new FoldedChain(scopes, forward, step);
        Volatile.Write(ref folded, fresh);
        return fresh.Step;
    }

    /// <summary>The chain of the streams of which this is the most specific place.</summary>
    public StreamChain StreamChain(in PluginScopes scopes, PluginCatalog catalog, RequestProtocols protocol)
    {
        FoldedStreams? known = Volatile.Read(ref streams);
        if (known is null || !known.IsOf(scopes))
        {
            known = new FoldedStreams(scopes, catalog);
            Volatile.Write(ref streams, known);
        }

        return known.For(protocol);
    }

    private sealed record FoldedChain(PluginScopes Scopes, RequestStep Forward, RequestStep Step);
}
