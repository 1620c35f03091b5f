namespace Mesh.Abstractions.Configuration;

/// <summary>A page of the whole workspace as it stood at <see cref="Revision"/>. All pages of one reading carry the same revision.</summary>
/// <param name="Page">0-based.</param>
/// <param name="Pages">Number of pages, at least 1.</param>
/// <param name="Entities">Puts only, parents before children over all pages.</param>
[GenerateSerializer, Immutable, Alias("mesh.snapshot-page")]
public sealed record SnapshotPage(long Revision, int Page, int Pages, EntityChange[] Entities)
{
    /// <summary>A page is closed once its documents reach this many bytes.</summary>
    public const int MaxSnapshotPageBytes = 512 * 1024;
}
