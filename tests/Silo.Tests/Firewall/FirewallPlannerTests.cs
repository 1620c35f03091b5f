using System.Net;
using Mesh.Abstractions.Entities;
using Mesh.Abstractions.Reports;
using Mesh.Silo.Firewall;
using Mesh.Silo.Settings;

namespace Mesh.Silo.Tests.Firewall;

public class FirewallPlannerTests
{
    [Fact]
    public void Own_listeners_are_open_and_what_stands_behind_them_is_for_the_named_ones()
    {
        FirewallPlan plan = FirewallPlanner.Plan(Sample.Facts);

        Assert.Equal(
            [
                "proxy tcp 8000 0.0.0.0 everybody front,back",
                "status tcp 8007 127.0.0.1 nobody front",
                "admin tcp 8001 127.0.0.1 10.0.0.1,10.0.1.1,10.0.1.2,fd00:1::1 front",
                "admin tcp 8444 127.0.0.1 10.0.0.1,10.0.1.1,10.0.1.2,fd00:1::1 front",
                "silo tcp 11111 * 10.0.0.1 front",
                "gateway tcp 30000 * 10.0.0.1,10.0.1.1,10.0.1.2,fd00:1::1 front",
            ],
            plan.Doors.Select(Line));
        Assert.Empty(plan.Diverts);
        Assert.Empty(plan.Warnings);
    }

    [Fact]
    public void The_admin_api_is_for_whom_its_settings_name_and_else_for_the_cluster_and_that_is_said()
    {
        FirewallPlan open = FirewallPlanner.Plan(Sample.Facts.With(admin => admin with { Listen = "0.0.0.0:8001" }));
        Assert.Contains("admin tcp 8001 0.0.0.0 10.0.0.1,10.0.1.1,10.0.1.2,fd00:1::1 front", open.Doors.Select(Line));
        Assert.Contains(open.Warnings, warning => warning.Contains("MESH_ADMIN_ALLOW names nobody", StringComparison.Ordinal));

        FirewallPlan named = FirewallPlanner.Plan(Sample.Facts.With(admin => admin with { Listen = "0.0.0.0:8001, unix:/run/mesh.sock", Allow = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("::1/128")] }));
        Assert.Contains("admin tcp 8001 0.0.0.0 10.0.0.0/8 front", named.Doors.Select(Line));
        Assert.Empty(named.Warnings);
    }

    [Fact]
    public void A_listener_with_allow_is_narrow_and_one_without_is_told()
    {
        Listener narrow = Sample.Listener("partners", ["0.0.0.0:9443 ssl", "[::]:9443 ipv6only=off ssl", "unix:/run/x.sock"], ["10.0.0.0/8", "10.1.2.3", "2001:db8::5/64"]);
        Listener open = Sample.Listener("wide", ["10.0.0.1:9000 udp", "0.0.0.0:9001 udp"], null, Listener.Stream);
        FirewallPlan plan = FirewallPlanner.Plan(Sample.Facts with { Listeners = [narrow, open] });

        Assert.Contains("partners tcp 9443 0.0.0.0 10.0.0.0/8,2001:db8::/64 ", plan.Doors.Select(Line));
        Assert.Contains("partners tcp 9443 * 10.0.0.0/8,2001:db8::/64 ", plan.Doors.Select(Line));
        Assert.Contains("wide udp 9000 10.0.0.1 everybody ", plan.Doors.Select(Line));
        Assert.Contains("wide udp 9001 0.0.0.0 everybody ", plan.Doors.Select(Line));
        Assert.Contains("listener 'wide' takes everybody at every address (udp 9001)", Assert.Single(plan.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void For_one_edge_only_its_own_doors_count_and_a_silo_only_on_its_host()
    {
        Listener mine = Sample.Listener("mine", ["0.0.0.0:9000"], ["10.0.0.0/8"]);
        Listener theirs = Sample.Listener("theirs", ["0.0.0.0:9001"], ["10.0.0.0/8"]);
        Listener leaving = Sample.Listener("leaving", ["0.0.0.0:9002"], ["10.0.0.0/8"]);
        EdgeFacts edge = Sample.Edge(
            "back", ["10.0.1.2"], Sample.Own("stream-0", "0.0.0.0:9100"), Sample.Own("mine", "0.0.0.0:9000", mine.Id, ListenerState.Failed), Sample.Own("leaving", "0.0.0.0:9002", leaving.Id, ListenerState.Draining));
        FirewallFacts facts = Sample.Facts with { Edge = "back", Edges = [edge], Listeners = [mine, theirs, leaving] };

        Assert.Equal(["mine tcp 9000 0.0.0.0 10.0.0.0/8 back", "stream-0 tcp 9100 0.0.0.0 everybody back"], FirewallPlanner.Plan(facts).Doors.Select(Line));
        Assert.Contains(FirewallPlanner.Plan(facts with { Edge = "front", Edges = [Sample.Facts.Edges[0]] }).Doors, door => door.Kind == DoorKind.Gateway);
    }

    [Fact]
    public void Members_that_are_away_or_to_come_are_let_in_to_the_silos()
    {
        FirewallPlan plan = FirewallPlanner.Plan(Sample.Facts with { Members = Networks.Of(["10.0.0.0/16", "127.0.0.1"]) });
        Assert.Contains("silo tcp 11111 * 10.0.0.0/16 front", plan.Doors.Select(Line));
        Assert.Contains("gateway tcp 30000 * 10.0.0.0/16,fd00:1::1 front", plan.Doors.Select(Line));
        Assert.Contains("admin tcp 8001 127.0.0.1 10.0.0.0/16,fd00:1::1 front", plan.Doors.Select(Line));
    }

    [Fact]
    public void Redis_is_for_silos_where_its_address_is_known_and_told_where_it_is_a_name()
    {
        FirewallPlan plan = FirewallPlanner.Plan(Sample.Facts with
        {
            Settings = Sample.Facts.Settings with { Silo = Sample.Facts.Settings.Silo with { Redis = "10.0.5.5:6380,redis.internal,password=hidden" } },
        });

        Assert.Contains("redis tcp 6380 10.0.5.5 10.0.0.1 ", plan.Doors.Select(Line));
        Assert.Contains(plan.Warnings, warning => warning.Contains("redis.internal:6379", StringComparison.Ordinal));
        Assert.Contains(plan.Exits, exit => exit is { Host: "redis.internal", Port: 6379 });
        Assert.DoesNotContain(plan.Warnings, warning => warning.Contains("hidden", StringComparison.Ordinal));
    }

    [Fact]
    public void It_goes_to_services_and_to_the_targets_of_upstreams_and_where_names_are_known()
    {
        FirewallPlan plan = FirewallPlanner.Plan(Sample.Rich("shop"));
        string[] exits = [.. plan.Exits.Select(exit => $"{exit.Host} {exit.Protocol} {exit.Port}")];

        Assert.Equal(
            [
                "10.0.0.1 tcp 8001", "10.0.0.1 tcp 8444", "10.0.0.1 tcp 11111", "10.0.0.1 tcp 30000", "10.0.2.1 udp 53", "10.0.3.1 tcp 8080", "10.0.7.7 tcp 4317", "db.internal tcp 5432",
                "fd00:2::1 tcp 80", "fd00:3::1 tcp 8080", "logs.test tcp 8443", "DNS udp 53", "DNS tcp 53",
            ],
            exits);
        Assert.DoesNotContain(plan.Warnings.Concat(exits), text => text.Contains("secret", StringComparison.Ordinal));
        FirewallPlan masked = FirewallPlanner.Plan(Sample.Rich("shop") with { Outlets = null });
        Assert.DoesNotContain(masked.Exits, exit => exit.Host == "logs.test");
        Assert.Contains(masked.Warnings, warning => warning.StartsWith("where log plugins send to", StringComparison.Ordinal));
    }

    [Fact]
    public void Transparent_listeners_are_handed_the_destinations_of_the_routes_that_they_serve_the_closest_first()
    {
        FirewallPlan plan = FirewallPlanner.Plan(Sample.Rich("shop"));

        Assert.Equal(
            [
                "10.99.0.1/32:80 -> shop-clear 0.0.0.0 8080", "fd00:99::/32: -> shop-clear :: 8080", "10.98.0.0/16:5432 -> shop-db 10.0.1.1 8032", ":5433 -> shop-db 10.0.1.1 8032",
            ],
            plan.Diverts.Select(divert => $"{divert.Destination}:{divert.DestinationPort} -> {divert.Listener} {divert.At} {divert.Port}"));
        Assert.True(plan.ReturnsToSources);
    }

    [Fact]
    public void Outside_ports_of_the_settings_decide_before_routes_do()
    {
        FirewallFacts facts = Sample.Rich("shop");
        facts = facts with { Settings = facts.Settings with { Edge = facts.Settings.Edge with { PortMaps = new Dictionary<int, int> { [80] = 8080, [81] = 8080 } } } };

        Assert.Equal([80, 80, 81, 81], FirewallPlanner.Plan(facts).Diverts.Where(divert => divert.Port == 8080).Select(divert => divert.DestinationPort ?? 0).Order());
    }

    [Fact]
    public void What_cannot_be_told_apart_or_found_is_said()
    {
        Listener clear = Sample.Listener("clear", ["0.0.0.0:8080 transparent"]);
        Listener tls = Sample.Listener("tls", ["0.0.0.0:8443 ssl transparent"]);
        Route route = Sample.Route("both", ["http", "https"], new AddressMatch("10.99.0.1", null));
        FirewallPlan plan = FirewallPlanner.Plan(Sample.Facts with { Listeners = [tls, clear], Routes = [route] });

        Assert.Equal("clear", Assert.Single(plan.Diverts).Listener);
        Assert.Contains(plan.Warnings, warning => warning.Contains("route both could go to several", StringComparison.Ordinal) && warning.Contains("'clear'", StringComparison.Ordinal));
        Assert.Contains(plan.Warnings, warning => warning.Contains("listener 'tls' at port 8443", StringComparison.Ordinal));
    }

    [Fact]
    public void Silos_on_a_network_without_tls_and_edges_without_addresses_are_told()
    {
        FirewallPlan plan = FirewallPlanner.Plan(Sample.Facts with
        {
            Settings = Sample.Facts.Settings with { Silo = new SiloSettings() },
            AllEdges = [Sample.Edge("old", [])],
        });

        Assert.Contains(plan.Warnings, warning => warning.Contains("MESH_CLUSTER_PLAINTEXT", StringComparison.Ordinal));
        Assert.Contains(plan.Warnings, warning => warning.Contains("edge old tells no address", StringComparison.Ordinal));
    }

    [Fact]
    public void Warnings_are_told_once_and_beyond_a_hundred_counted()
    {
        IReadOnlyList<string> warnings = FirewallPlanner.Plan(Sample.Facts with { Listeners = [.. Enumerable.Range(1, 150).Select(port => Sample.Listener($"l{port}", [$"0.0.0.0:{port}", $"[::]:{port}"]))] }).Warnings;
        Assert.Equal((101, "and 50 more"), (warnings.Count, warnings[^1]));
    }

    [Theory]
    [InlineData("10.1.2.3/8", "10.0.0.0/8")]
    [InlineData("10.1.2.3", "10.1.2.3")]
    [InlineData("::ffff:10.1.2.3", "10.1.2.3")]
    [InlineData("::ffff:10.1.2.3/104", "10.0.0.0/8")]
    [InlineData("2001:DB8::5/64", "2001:db8::/64")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("10.0.0.0/8 accept", "")]
    [InlineData("fe80::1%eth0", "")]
    [InlineData("10.0.0.0/33", "")]
    [InlineData("partners.test", "")]
    public void Networks_are_written_as_filters_take_them(string entry, string written) =>
        Assert.Equal(written, string.Join(',', Networks.Of([entry]).Texts));

    [Fact]
    public void Of_networks_within_each_other_the_widest_stays() =>
        Assert.Equal(["10.0.0.0/8", "192.0.2.0/25", "192.0.2.128/25", "::/0"], Networks.Of(["10.1.0.0/16", "192.0.2.128/25", "10.0.0.0/8", "192.0.2.0/25", "10.1.2.3", "::/0", "2001:db8::1", "10.0.0.0/8"]).Texts);

    private static string Line(Door door) =>
        $"{door.Name} {door.Protocol} {door.Port} {(door.BothFamilies ? "*" : door.Address)} {(door.Sources is null ? "everybody" : door.Sources.IsEmpty ? "nobody" : string.Join(',', door.Sources.Texts))} {string.Join(',', door.Hosts.OrderDescending())}";
}
