using Mesh.Edge.Routing;

namespace Mesh.Edge.Explain;

/// <summary>What would become of a request, from the first byte to the upstream. What was not reached is null or empty.</summary>
internal sealed record Explanation
{
    /// <summary><c>http</c>. Connections of stream listeners will be another kind.</summary>
    public string Kind { get; init; } = "http";

    /// <summary>The revision that the answer holds for.</summary>
    public required long Revision { get; init; }

    public required ExplainedRequest Request { get; init; }

    /// <summary>What normalizing changed; empty when the path was normal.</summary>
    public required IReadOnlyList<NormalizationStep> Normalization { get; init; }

    /// <summary>The answer that Mesh itself would give; null when the request goes upstream (unless a plugin answers).</summary>
    public ExplainedRefusal? Refusal { get; init; }

    public ExplainedRoute? Route { get; init; }

    /// <summary>Other routes, the closest first.</summary>
    public IReadOnlyList<ExplainedCandidate> Candidates { get; init; } = [];

    /// <summary>There are more candidates than are listed.</summary>
    public bool CandidatesTruncated { get; init; }

    /// <summary>What runs, in order.</summary>
    public IReadOnlyList<ExplainedPlugin> Plugins { get; init; } = [];

    /// <summary>Plugins that are configured in the scopes of the request and of which no instance runs.</summary>
    public IReadOnlyList<ExplainedIdlePlugin> IdlePlugins { get; init; } = [];

    public ExplainedService? Service { get; init; }
    public ExplainedBalancing? Balancing { get; init; }
    public ExplainedUpstreamRequest? UpstreamRequest { get; init; }
}
