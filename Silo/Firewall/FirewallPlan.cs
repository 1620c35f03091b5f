namespace Mesh.Silo.Firewall;

/// <summary>Which doors are to be open to whom, where Mesh goes, and what is diverted to it: what every format prints.</summary>
/// <param name="Revision">Of the workspace's configuration.</param>
/// <param name="Edge">The host that it is for; null: for every host of the cluster.</param>
/// <param name="ReturnsToSources">Answers of targets go to clients' own addresses and must be taken back to Mesh (<c>preserve_source</c>).</param>
/// <param name="Warnings">What somebody should look at.</param>
internal sealed record FirewallPlan(
    long Revision,
    string Workspace,
    string? Edge,
    IReadOnlyList<Door> Doors,
    IReadOnlyList<Divert> Diverts,
    bool ReturnsToSources,
    IReadOnlyList<Exit> Exits,
    IReadOnlyList<string> Warnings)
{
    /// <summary>Marks packets that the policy routing hands to this machine: "me".</summary>
    public const int Mark = 0x6d65;

    /// <summary>Routing table of those packets.</summary>
    public const int RoutingTable = 28005;

    public bool Diverting => Diverts.Count > 0 || ReturnsToSources;
}
