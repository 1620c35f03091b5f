using System.Net;
using Mesh.Abstractions.Entities;
using Mesh.Abstractions.Reports;
using Mesh.Silo.Settings;

namespace Mesh.Silo.Firewall;

/// <summary>All that a plan follows from.</summary>
/// <param name="Edge">The edge that the plan is for, by its host's name; null: all.</param>
/// <param name="Edges">Those that the plan is for. One that is away for a while keeps its doors.</param>
/// <param name="AllEdges">All edges of the cluster: who must reach the silos.</param>
/// <param name="Silos">The live ones.</param>
/// <param name="Members">Addresses of further silos and edges: of those that are away, and of those that are to come.</param>
/// <param name="Settings">Of the silo that is asked.</param>
/// <param name="Listeners">Enabled ones.</param>
/// <param name="Routes">Those with destinations.</param>
/// <param name="Collectors">Where the telemetry of this process goes to.</param>
/// <param name="Outlets">Where plugins send to; null when whoever asks may not see it.</param>
internal sealed record FirewallFacts(
    long Revision,
    string Workspace,
    string? Edge,
    IReadOnlyList<EdgeFacts> Edges,
    IReadOnlyList<EdgeFacts> AllEdges,
    IReadOnlyList<SiloFacts> Silos,
    Networks Members,
    MeshSettings Settings,
    IReadOnlyList<Listener> Listeners,
    IReadOnlyList<Service> Services,
    IReadOnlyList<Upstream> Upstreams,
    IReadOnlyList<Target> Targets,
    IReadOnlyList<Route> Routes,
    IReadOnlyList<Uri> Collectors,
    IReadOnlyList<Uri>? Outlets)
{
    /// <summary>The silos on the hosts that the plan is for.</summary>
    public IReadOnlyList<SiloFacts> SilosHere => Edge is null ? Silos : [.. Silos.Where(silo => silo.Host == Edge)];
}

/// <param name="Addresses">Of its machine, beyond loopback.</param>
internal sealed record EdgeFacts(string Host, IReadOnlyList<string> Addresses, IReadOnlyList<ListenerReport> Listeners);

/// <param name="Address">Where others reach it.</param>
/// <param name="GatewayPort">0: none.</param>
internal sealed record SiloFacts(string Host, IPAddress Address, int SiloPort, int GatewayPort);
