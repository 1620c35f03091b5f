using Mesh.Abstractions.Reports;

namespace Mesh.Edge.Listeners;

/// <summary>A server that takes and gives back listeners while it runs: one for each kind of listener.</summary>
internal interface IListenerServer
{
    /// <inheritdoc cref="ListenerSet.BindAsync(Guid, string, ListenDirective, ListenerTerms, CancellationToken)"/>
    ValueTask<ListenerReport> BindAsync(Guid id, string name, ListenDirective directive, ListenerTerms terms, CancellationToken cancellation);

    /// <inheritdoc cref="ListenerSet.UnbindAsync"/>
    Task UnbindAsync(Guid id, string name, ListenDirective directive, TimeSpan drain);

    /// <inheritdoc cref="ListenerSet.Reports"/>
    ListenerReport[] Reports();
}
