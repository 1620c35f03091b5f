namespace Mesh.Abstractions.Configuration;

/// <summary>A page of commits, newest first. All conditions must hold; null ones do not matter.</summary>
/// <param name="Before">Only commits with a lower revision; null for the first page.</param>
/// <param name="Size">1 … 1000 commits.</param>
/// <param name="Kind">The commit changed an entity of this kind.</param>
/// <param name="Entity">… with this id (of <paramref name="Kind"/>, when that is given).</param>
/// <param name="Author">Name of the author.</param>
/// <param name="Since">Not made before; compared in whole milliseconds, as times are shown.</param>
/// <param name="Until">Not made after.</param>
[GenerateSerializer, Immutable, Alias("mesh.commit-query")]
public sealed record CommitQuery(
    long? Before = null,
    int Size = 100,
    string? Kind = null,
    Guid? Entity = null,
    string? Author = null,
    DateTimeOffset? Since = null,
    DateTimeOffset? Until = null);

/// <param name="Head">Newest revision of the workspace.</param>
/// <param name="Commits">Newest first. A search that takes long gives what it has found so far, possibly nothing.</param>
/// <param name="Next">Continue before this revision; null when there is no more.</param>
[GenerateSerializer, Immutable, Alias("mesh.commit-page")]
public sealed record CommitPage(long Head, CommitHeader[] Commits, long? Next);
