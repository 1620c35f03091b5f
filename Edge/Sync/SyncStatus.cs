using Mesh.Abstractions.Reports;

namespace Mesh.Edge.Sync;

/// <summary>How the edge stands towards its control plane.</summary>
/// <param name="Connected">The last call was answered.</param>
/// <param name="Failure">Why the last call was not; null when it was.</param>
/// <param name="HeardAt">When the control plane last answered; null when it has not since the start.</param>
/// <param name="Head">The newest revision that the control plane has told of.</param>
/// <param name="Problems">What concerns a revision as a whole.</param>
/// <param name="DiskNotes">Why a generation on disk was passed over at the start.</param>
internal sealed record SyncStatus(
    ConfigurationSource Source,
    bool Connected,
    string? Failure,
    DateTimeOffset? HeardAt,
    long Head,
    IReadOnlyList<ApplyProblem> Problems,
    IReadOnlyList<string> DiskNotes)
{
    public static SyncStatus Initial { get; } = new(ConfigurationSource.None, Connected: false, Failure: null, HeardAt: null, Head: 0, [], []);

    /// <summary>Requests can be served.</summary>
    public bool HasConfiguration => Source != ConfigurationSource.None;
}
