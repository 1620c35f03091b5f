using System.Net;
using Mesh.Abstractions.Entities;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Settings;
using Mesh.Silo.Firewall;
using Mesh.Silo.Settings;

namespace Mesh.Silo.Tests.Firewall;

/// <summary>A cluster of one silo and two edges, to be changed by each test.</summary>
internal static class Sample
{
    public static FirewallFacts Facts { get; } = new(
        7,
        "default",
        null,
        [Edge("front", ["10.0.1.1", "fd00:1::1"], Own("proxy", "0.0.0.0:8000"), Own("status", "127.0.0.1:8007")), Edge("back", ["10.0.1.2"], Own("proxy", "0.0.0.0:8000"))],
        [Edge("front", ["10.0.1.1", "fd00:1::1"]), Edge("back", ["10.0.1.2"])],
        [new SiloFacts("front", IPAddress.Parse("10.0.0.1"), 11111, 30000)],
        Networks.Nobody,
        new MeshSettings(Role.All, new EdgeSettings(), new SiloSettings { ClusterCaFile = "a", ClusterCertificateFile = "b", ClusterKeyFile = "c" }, new AdminSettings()),
        [],
        [],
        [],
        [],
        [],
        [],
        []);

    public static EdgeFacts Edge(string host, string[] addresses, params ListenerReport[] listeners) => new(host, addresses, listeners);

    public static ListenerReport Own(string name, string directive, Guid id = default, ListenerState state = ListenerState.Bound) => new(id, name, directive, state, null, 0, 0);

    public static Listener Listener(string name, string[] listen, string[]? allow = null, string kind = "http") =>
        new() { Id = Guid.NewGuid(), Name = name, Listen = listen, Allow = allow, Kind = kind };

    public static Service Service(string name, string host, int port, string protocol = "http") =>
        new() { Id = Guid.NewGuid(), Name = name, Host = host, Port = port, Protocol = protocol };

    public static Route Route(string name, string[] protocols, params AddressMatch[] destinations) =>
        new() { Id = Guid.NewGuid(), Name = name, Protocols = protocols, Destinations = destinations };

    public static FirewallFacts With(this FirewallFacts facts, Func<AdminSettings, AdminSettings> admin) =>
        facts with { Settings = facts.Settings with { Admin = admin(facts.Settings.Admin) } };

    /// <summary>Something of everything that rules are made for.</summary>
    public static FirewallFacts Rich(string name) => Facts.With(admin => admin with { Listen = "0.0.0.0:8001, [::]:8444 ssl", Allow = [IPNetwork.Parse("10.9.0.0/16"), IPNetwork.Parse("fd00:9::/64")] }) with
    {
        Listeners =
        [
            Listener(name, ["0.0.0.0:9443 ssl", "[::]:9443 ssl", "10.0.1.1:9444"], ["192.0.2.1", "192.0.2.0/24", "198.51.100.7/24", "::ffff:203.0.113.9", "2001:db8::1/64"]),
            Listener(name + "-udp", ["[::]:5353 udp ipv6only=off"], ["10.0.0.0/8"], "stream"),
            Listener(name + "-clear", ["0.0.0.0:8080 transparent", "[::]:8080 transparent"], ["10.11.0.0/16"]),
            Listener(name + "-db", ["10.0.1.1:8032 transparent"], null, "stream"),
        ],
        Services = [Service(name, "db.internal", 5432, "tcp"), Service(name, "10.0.2.1", 53, "udp"), Service(name, "fd00:2::1", 80), Service(name, "pool.test", 80) with { PreserveSource = true }],
        Upstreams = [new Upstream { Id = Pool, Name = "pool.test" }],
        Targets = [Target("10.0.3.1:8080", 100), Target("[fd00:3::1]:8080", 100), Target("10.0.3.9:8080", 0)],
        Routes =
        [
            Route(name, ["http", "https"], new AddressMatch("10.99.0.1", 80), new AddressMatch("fd00:99::/32", null)),
            Route(name, ["tcp"], new AddressMatch("10.98.0.0/16", 5432), new AddressMatch(null, 5433)),
        ],
        Collectors = [new Uri("http://10.0.7.7:4317/v1/traces")],
        Outlets = [new Uri("https://user:secret@logs.test:8443/in?token=secret")],
    };

    public static Guid Pool { get; } = Guid.NewGuid();

    private static Target Target(string address, int weight) => new() { Id = Guid.NewGuid(), Upstream = new EntityRef(Pool), Address = address, Weight = weight };
}
