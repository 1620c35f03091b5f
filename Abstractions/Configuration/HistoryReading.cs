namespace Mesh.Abstractions.Configuration;

public enum HistoryStatus
{
    Found,

    /// <summary>The log has not come so far.</summary>
    NeverMade,

    /// <summary>History no longer reaches back that far.</summary>
    Trimmed,

    /// <summary>A commit on the way was stored without what it replaced.</summary>
    WithoutPrevious,
}

/// <summary>One commit, or what lies between two revisions.</summary>
/// <param name="Head">Newest revision of the workspace.</param>
/// <param name="Oldest">Oldest commit that is kept. States are known from the one before it on.</param>
/// <param name="From">State before <paramref name="Changes"/>.</param>
/// <param name="To">State after them; may lie before <paramref name="From"/>.</param>
/// <param name="Header">Of a single commit; null between two revisions.</param>
/// <param name="Changes">Each entity at most once, and only those that differ.</param>
[GenerateSerializer, Immutable, Alias("mesh.history-reading")]
public sealed record HistoryReading(HistoryStatus Status, long Head, long Oldest, long From, long To, CommitHeader? Header, EntityDiff[] Changes);

/// <param name="Versions">Newest first.</param>
/// <param name="Next">Continue before this revision; null when there is no more.</param>
[GenerateSerializer, Immutable, Alias("mesh.entity-history")]
public sealed record EntityHistory(long Head, EntityVersion[] Versions, long? Next);

/// <summary>What one commit did to one entity.</summary>
[GenerateSerializer, Immutable, Alias("mesh.entity-version")]
public sealed record EntityVersion(CommitHeader Header, EntityDiff Change);
