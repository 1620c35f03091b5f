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

    /// <summary>Each part of the script for the program that reads it.</summary>
    private void TestRestore(HostNamespace host, string file)
    {
        string[] parts = File.ReadAllText(file).Split("<<'MESH-RULES'\n");
        Assert.Equal(3, parts.Length);
        foreach ((string program, string part) in new[] { ("iptables-restore", parts[1]), ("ip6tables-restore", parts[2]) })
        {
            string rules = Path.Combine(directory, program);
            File.WriteAllText(rules, part[..part.IndexOf("MESH-RULES\n", StringComparison.Ordinal)]);
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
