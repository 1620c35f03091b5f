using Mesh.Abstractions.Configuration;

namespace Mesh.Abstractions.Reports;

/// <summary>What an edge tells the grains once a second (or at once after applying a revision).</summary>
/// <param name="Sequence">Rises by one per report of a session; repeated reports carry the same number.</param>
/// <param name="AppliedRevision">The revision that requests are routed by now.</param>
/// <param name="Problems">What the edge could not apply, with the reason; empty when all is well.</param>
/// <param name="Traffic">One batch per shard of <see cref="TrafficShards"/> that has something to say.</param>
[GenerateSerializer, Immutable, Alias("mesh.edge-report")]
public sealed record EdgeReport(
    EdgeIdentity Edge,
    string Workspace,
    long Sequence,
    DateTimeOffset Time,
    long AppliedRevision,
    ApplyProblem[] Problems,
    ListenerReport[] Listeners,
    EdgeResources Resources,
    TrafficBatch[] Traffic);

/// <param name="Id">Stable over restarts (kept in the edge's data directory).</param>
/// <param name="Session">New with each start of the process.</param>
/// <param name="Addresses">Of its machine, beyond loopback and links, as they were at its start: who the firewall lets in to the silos. Null of an older edge.</param>
[GenerateSerializer, Immutable, Alias("mesh.edge-identity")]
public sealed record EdgeIdentity(
    Guid Id,
    Guid Session,
    string Host,
    string Version,
    string Runtime,
    string Region,
    string Zone,
    DateTimeOffset StartedAt,
    string[]? Addresses = null);

/// <summary>An entity (or, with an empty id, the revision as a whole) that this edge does not serve, and why.</summary>
[GenerateSerializer, Immutable, Alias("mesh.apply-problem")]
public sealed record ApplyProblem(long Revision, string Kind, Guid Id, string Reason);

public enum ListenerState
{
    Bound,
    Failed,
    Draining,
}

/// <param name="Id">Id of the listener entity; empty for the edge's own listeners (from its settings).</param>
/// <param name="Directive">The listen directive in Kong's syntax.</param>
/// <param name="Reason">Why it failed; null otherwise.</param>
/// <param name="Connections">Open now.</param>
/// <param name="Accepted">Since the start of the process.</param>
/// <param name="Refused">Connections over a limit of the listener or from addresses that may not connect, of all its directives.</param>
[GenerateSerializer, Immutable, Alias("mesh.listener-report")]
public sealed record ListenerReport(Guid Id, string Name, string Directive, ListenerState State, string? Reason, long Connections, long Accepted, long Refused = 0);

/// <param name="WorkingSetBytes">Resident memory of the process.</param>
/// <param name="CpuSeconds">Processor time since the start of the process.</param>
[GenerateSerializer, Immutable, Alias("mesh.edge-resources")]
public sealed record EdgeResources(long WorkingSetBytes, double CpuSeconds, long ManagedHeapBytes, long OpenConnections, long RequestsInFlight);
