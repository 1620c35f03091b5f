namespace Mesh.Abstractions.Listeners;

/// <summary>What a listen list says, or why it is refused.</summary>
/// <param name="Problem">One line; null when the list was understood.</param>
public sealed record ListenDirectivesResult(IReadOnlyList<ListenDirective> Directives, string? Problem);
