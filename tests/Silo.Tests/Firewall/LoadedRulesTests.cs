using System.Net;
using CsCheck;
using Mesh.Abstractions.Entities;
using Mesh.Silo.Firewall;
using Mesh.Silo.Firewall.Formats;
using Mesh.Silo.Tests.EndToEnd.Network;

namespace Mesh.Silo.Tests.Firewall;

/// <summary>The real tools and the real kernel take what is written, twice with the same result.</summary>
public sealed class LoadedRulesTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("mesh-firewall-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Theory]
    [InlineData("shop")]
    [InlineData("\" accept\n tcp dport 22 accept # ' $(reboot) `reboot`")]
    public void Nftables_takes_it(string name)
    {
        Assert.SkipWhen(HostNamespace.Missing() is not null, HostNamespace.Missing() ?? "");
        using var host = new HostNamespace("rules");
        string file = Write(FirewallFormat.Nftables, Sample.Rich(name), "1000");
        host.Run("nft", "-c", "-f", file);
        host.Run("nft", "-f", file);
        string first = host.Run("nft", "-s", "list", "ruleset");
        host.Run("nft", "-f", file);

        Assert.Equal(first, host.Run("nft", "-s", "list", "ruleset"));
        Assert.Contains("chain divert", first, StringComparison.Ordinal);

        // What is no longer configured goes.
        host.Run("nft", "-f", Write(FirewallFormat.Nftables, Sample.Facts, null));
        string less = host.Run("nft", "-s", "list", "ruleset");
        Assert.DoesNotContain("9443", less, StringComparison.Ordinal);
        Assert.DoesNotContain("chain divert", less, StringComparison.Ordinal);
        Assert.DoesNotContain("chain output", less, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("shop")]
    [InlineData("\" -j ACCEPT\nMESH-RULES\nCOMMIT ' $(reboot) `reboot`")]
    public void Iptables_takes_it(string name)
    {
        Assert.SkipWhen(HostNamespace.Missing() is not null, HostNamespace.Missing() ?? "");
        using var host = new HostNamespace("rules");
        string file = Write(FirewallFormat.Iptables, Sample.Rich(name), "1000");
        TestRestore(host, file);
        host.Run("sh", file);
        string first = Saved(host);
        host.Run("sh", file);

        Assert.Equal(first, Saved(host));
        Assert.Contains("-A PREROUTING -j MESH-DIVERT", first, StringComparison.Ordinal);
        Assert.Single(first.Split('\n'), line => line == "4: from all fwmark 0x6d65 lookup 28005");

        // What is no longer configured goes, or is at least no longer asked.
        host.Run("sh", Write(FirewallFormat.Iptables, Sample.Facts, null));
        string less = Saved(host);
        Assert.DoesNotContain("9443", less, StringComparison.Ordinal);
        Assert.DoesNotContain("-j MESH-DIVERT", less, StringComparison.Ordinal);
        Assert.DoesNotContain("-j MESH-OUT", less, StringComparison.Ordinal);
        Assert.DoesNotContain("28005", less, StringComparison.Ordinal);
    }

    [Fact]
    public void Ufw_takes_it()
    {
        Assert.SkipWhen(HostNamespace.Missing() is not null, HostNamespace.Missing() ?? "");
        Assert.SkipWhen(!File.Exists("/usr/sbin/ufw"), "ufw is not installed");
        using var host = new HostNamespace("rules");
        string settings = Path.Combine(directory, "ufw");

        // Few rules: each is a run of ufw, and those are slow.
        FirewallFacts few = Sample.Facts with { Edges = [], Silos = [], Listeners = [Sample.Listener("shop", ["10.0.1.1:9444", "[::]:9443"], ["192.0.2.0/24", "2001:db8::/64"])] };
        string rules = Write(new FirewallFormat("ufw", UfwFormat.Write), few, null);

        // With settings of its own, in a mount namespace of its own: this machine's stay as they are.
        string[] told = host.Run(
            "unshare", "--mount", "sh", "-ec", $"cp -a /etc/ufw {settings}; mount --bind {settings} /etc/ufw; ufw --force enable >&2; sh {rules} >&2; ufw status; echo twice; sh {rules} >&2; ufw status").Split("twice\n");

        Assert.Equal(told[0], told[1]);
        Assert.Matches(@"\n10\.0\.1\.1 9444/tcp +ALLOW +192\.0\.2\.0/24 +# mesh: proxy shop\n10\.0\.1\.1 9444/tcp +DENY +Anywhere +# mesh: proxy shop\n", told[0]);
        Assert.Matches(@"\n9443/tcp +ALLOW +2001:db8::/64 +# mesh: proxy shop\n9443/tcp \(v6\) +DENY ", told[0]);
    }

    /// <summary>Whatever is configured, in whatever order and however much it overlaps.</summary>
    [Fact]
    public void Every_rule_set_is_taken()
    {
        Assert.SkipWhen(HostNamespace.Missing() is not null, HostNamespace.Missing() ?? "");
        using var host = new HostNamespace("rules");
        Gen<string> v4 = Gen.Byte.Array[4].Select(bytes => new IPAddress(bytes).ToString());
        Gen<string> v6 = Gen.Byte.Array[16].Select(bytes => new IPAddress(bytes).ToString());
        Gen<string> network = Gen.OneOf(Gen.Select(v4, Gen.Int[0, 32], (address, prefix) => $"{address}/{prefix}"), Gen.Select(v6, Gen.Int[0, 128], (address, prefix) => $"{address}/{prefix}"), v4, v6);
        Gen<string> place = Gen.OneOf(Gen.Const("0.0.0.0"), Gen.Const("[::]"), v4, v6.Select(address => $"[{address}]"));
        Gen<string> flags = Gen.OneOf(Gen.Const(""), Gen.Const(" transparent"), Gen.Const(" ssl transparent"), Gen.Const(" ipv6only=off"));
        Gen<Listener> listener = Gen.Select(
            Gen.String[1, 20], place, Gen.Int[1, 9], flags, network.Array[0, 6], Gen.Bool,
            (name, address, port, more, allow, stream) => Sample.Listener(name, [$"{address}:{port}{(address[0] == '[' ? more : more.Replace(" ipv6only=off", "", StringComparison.Ordinal))}"], allow.Length == 0 ? null : allow, stream ? Listener.Stream : Listener.Http));
        Gen<Route> route = Gen.Select(
            Gen.OneOf(Gen.Const(new[] { "http", "https" }), Gen.Const(new[] { "tcp" }), Gen.Const(new[] { "tls" })), network, Gen.Int[0, 9],
            (protocols, ip, port) => Sample.Route("r", protocols, new AddressMatch(ip, port == 0 ? null : port)));
        Gen.Select(listener.Array[0, 12], route.Array[0, 5]).Sample(
            (listeners, routes) =>
            {
                FirewallFacts facts = Sample.Facts with { Listeners = listeners, Routes = routes, Services = [Sample.Service("s", "10.0.0.1", 80) with { PreserveSource = true }] };
                host.Run("nft", "-c", "-f", Write(FirewallFormat.Nftables, facts, "1000"));
                TestRestore(host, Write(FirewallFormat.Iptables, facts, "1000"));
            },
            iter: 40);
    }

    private void TestRestore(HostNamespace host, string file)
    {
        (string v4, string v6) = IptablesFormat.Rules(File.ReadAllText(file));
        foreach ((string program, string part) in new[] { ("iptables-restore", v4), ("ip6tables-restore", v6) })
        {
            string rules = Path.Combine(directory, Path.GetRandomFileName());
            File.WriteAllText(rules, part);
            Assert.EndsWith("COMMIT\n", part, StringComparison.Ordinal);
            host.Run(program, "--noflush", "--test", rules);
        }
    }

    private static string Saved(HostNamespace host)
    {
        string rules = string.Concat(new[] { "iptables-save", "ip6tables-save" }.SelectMany(program => new[] { "filter", "mangle" }.Select(table => host.Run(program, "-t", table))));
        string policy = string.Concat(new[] { "4", "6" }.Select(family => string.Concat(host.Run("ip", $"-{family}", "rule", "list").Split('\n').Select(line => $"{family}:{line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Replace('\t', ' ')}\n"))));
        return string.Join('\n', (rules + policy).Split('\n').Where(line => !line.StartsWith('#')));
    }

    private string Write(FirewallFormat format, FirewallFacts facts, string? user)
    {
        string file = Path.Combine(directory, Path.GetRandomFileName());
        File.WriteAllText(file, format.Write!(FirewallPlanner.Plan(facts), new FirewallOptions(user)));
        return file;
    }
}
