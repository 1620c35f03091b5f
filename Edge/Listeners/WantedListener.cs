using Mesh.Abstractions.Entities;

namespace Mesh.Edge.Listeners;

/// <summary>One directive of a listener entity.</summary>
internal readonly record struct ListenerKey(Guid Id, string Kind, ListenDirective Directive);

/// <summary>What the configuration says of it.</summary>
internal sealed record WantedListener(ListenerKey Key, Listener Listener)
{
    /// <summary>The listeners of this edge; a directive that cannot be read (of a newer Mesh) comes with the reason.</summary>
    public static IEnumerable<(WantedListener? Wanted, Listener Listener, string? Problem)> Of(IEnumerable<Listener> listeners, EdgePlace place)
    {
        foreach (Listener listener in listeners.Where(listener => listener.Enabled && place.Matches(listener.Selector)).OrderBy(listener => listener.Id))
        {
            foreach (string text in listener.Listen)
            {
                (ListenDirective? directive, string? problem) = ListenDirectives.ParseOne(text);
                yield return directive is null
                    ? (null, listener, problem)
                    : (new WantedListener(new ListenerKey(listener.Id, listener.Kind, directive), listener), listener, null);
            }
        }
    }
}
