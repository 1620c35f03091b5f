namespace Mesh.Silo.Firewall;

/// <summary>From what is configured and alive to what a filter should do.</summary>
internal static class FirewallPlanner
{
    public static FirewallPlan Plan(FirewallFacts facts)
    {
        PlanWarnings warnings = new();
        Door[] doors = [.. Merged(EdgeDoors.Of(facts, warnings).Concat(ClusterDoors.Of(facts, warnings)))];
        Divert[] diverts = [.. DivertPlan.Of(facts, warnings)];
        Exit[] exits = [.. ExitPlan.Of(facts, warnings)];
        return new FirewallPlan(
            facts.Revision, facts.Workspace, facts.Edge, doors, diverts, facts.Services.Any(service => service is { Enabled: true, PreserveSource: true }), exits, warnings.All);
    }

    /// <summary>The same door on several hosts is told once.</summary>
    private static IEnumerable<Door> Merged(IEnumerable<Door> doors) => doors
        .GroupBy(door => (door.Kind, door.Name, door.Udp, door.Address, door.BothFamilies, door.Port, Sources: door.Sources is null ? null : string.Join(',', door.Sources.Texts)))
        .Select(same => same.First() with { Hosts = [.. same.SelectMany(door => door.Hosts).Distinct().Order(StringComparer.Ordinal)] })
        .Select(door => door.IsLocal ? door with { Reason = "bound to loopback" } : door)
        .OrderBy(door => Array.IndexOf(KindOrder, door.Kind))
        .ThenBy(door => door.Name, StringComparer.Ordinal)
        .ThenBy(door => door.Port)
        .ThenBy(door => door.Address.ToString(), StringComparer.Ordinal);

    private static readonly string[] KindOrder =
        [DoorKind.Proxy, DoorKind.Stream, DoorKind.Status, DoorKind.Admin, DoorKind.Silo, DoorKind.Gateway, DoorKind.Redis];
}
