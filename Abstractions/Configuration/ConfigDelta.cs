namespace Mesh.Abstractions.Configuration;

/// <summary>
/// What a reader that holds revision <see cref="After"/> needs next. Empty <see cref="Commits"/> with
/// <see cref="TooFarBehind"/> false means that nothing happened while the call waited.
/// </summary>
/// <param name="After">The revision that the reader named.</param>
/// <param name="Head">Newest revision of the workspace.</param>
/// <param name="Commits">Commits <c>After + 1 …</c>, gapless, possibly not up to <see cref="Head"/>.</param>
/// <param name="TooFarBehind">The commits are no longer at hand (or the reader is ahead of the log): load a snapshot.</param>
[GenerateSerializer, Immutable, Alias("mesh.config-delta")]
public sealed record ConfigDelta(long After, long Head, Commit[] Commits, bool TooFarBehind);
