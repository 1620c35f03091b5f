using System.Text.RegularExpressions;
using CsCheck;
using Mesh.Silo.Firewall;
using Mesh.Silo.Firewall.Formats;

namespace Mesh.Silo.Tests.Firewall;

public class FormatTests
{
    private static readonly FirewallOptions Plain = new((string?)null);
    private static readonly FirewallOptions Restricted = new("mesh");

    private static readonly string[] Attempts =
    [
        "\" accept\n tcp dport 22 accept #", "x'\n*/ }\nresource a 'b' = {", "${subscription().id}", "'''", "MESH-RULES\nreboot\n", "\nMESH-RULES\n", "$(reboot)", "`reboot`",
        "'; reboot; '", "\\", "//", "/*", new string('x', 300),
    ];

    [Fact]
    public void Nftables_replaces_its_own_table_and_decides_about_meshs_ports_only()
    {
        FirewallFacts facts = Sample.Facts.With(admin => admin with { Listen = "10.0.0.1:8001", Allow = [System.Net.IPNetwork.Parse("10.9.0.0/16")] });
        string script = NftablesFormat.Write(FirewallPlanner.Plan(facts), Plain);

        Assert.Equal(
            """
            # Mesh: all hosts at revision 7 of workspace default. Load it with: nft -f FILE
            table inet mesh
            delete table inet mesh
            table inet mesh {
              chain input {
                type filter hook input priority filter; policy accept;
                iifname "lo" accept
                ip saddr { 10.9.0.0/16 } ip daddr 10.0.0.1 tcp dport 8001 accept comment "admin"
                ip daddr 10.0.0.1 tcp dport 8001 tcp flags & (fin | syn | rst | ack) == syn counter drop comment "admin"
                meta nfproto ipv4 tcp dport 8000 accept comment "proxy"
                ip saddr { 10.0.0.1 } tcp dport 11111 accept comment "silo"
                meta nfproto ipv4 tcp dport 11111 tcp flags & (fin | syn | rst | ack) == syn counter drop comment "silo"
                meta nfproto ipv6 tcp dport 11111 tcp flags & (fin | syn | rst | ack) == syn counter drop comment "silo"
                ip saddr { 10.0.0.1, 10.0.1.1, 10.0.1.2 } tcp dport 30000 accept comment "gateway"
                meta nfproto ipv4 tcp dport 30000 tcp flags & (fin | syn | rst | ack) == syn counter drop comment "gateway"
                ip6 saddr { fd00:1::1 } tcp dport 30000 accept comment "gateway"
                meta nfproto ipv6 tcp dport 30000 tcp flags & (fin | syn | rst | ack) == syn counter drop comment "gateway"
              }
            }

            """.ReplaceLineEndings("\n"),
            script);
    }

    [Fact]
    public void Hosts_with_the_same_port_for_different_people_let_in_all_of_them()
    {
        FirewallPlan plan = FirewallPlanner.Plan(Sample.Facts with
        {
            Listeners = [Sample.Listener("a", ["0.0.0.0:9000"], ["10.0.0.0/8"]), Sample.Listener("b", ["0.0.0.0:9000"], ["192.0.2.1"]), Sample.Listener("c", ["0.0.0.0:9001"], ["10.0.0.0/8"]), Sample.Listener("d", ["0.0.0.0:9001"])],
        });

        PacketRule[] rules = [.. PacketRule.Of(plan.Doors)];
        Assert.Equal(["10.0.0.0/8", "192.0.2.1"], rules.Single(rule => rule is { Port: 9000, Accepts: true }).Sources!.Select(Networks.Text));
        Assert.Null(Assert.Single(rules, rule => rule.Port == 9001).Sources);
    }

    /// <summary>Whatever somebody calls a listener, a service or a route: beside the comments every format says the same.</summary>
    [Fact]
    public void No_name_changes_a_rule()
    {
        Gen<string> name = Gen.OneOf(
            Gen.String[1, 90],
            Gen.Char["\"'`$(){};\n\r\\#|&<>*?~ \u0085\u2028\u009b"].Array[1, 40].Select(chars => new string(chars)),
            Gen.Int[0, Attempts.Length - 1].Select(index => Attempts[index]));
        Dictionary<string, string> expected = Texts("plain");
        name.Sample(
            hostile =>
            {
                foreach ((string format, string text) in Texts(hostile))
                {
                    Assert.Equal(expected[format], text);
                }
            },
            iter: 300);
    }

    [Theory]
    [InlineData("mesh", true)]
    [InlineData("_svc-1", true)]
    [InlineData("1000", true)]
    [InlineData("", false)]
    [InlineData("-mesh", false)]
    [InlineData("Mesh", false)]
    [InlineData("99999999999", false)]
    [InlineData("1x", false)]
    [InlineData("mesh; reboot", false)]
    [InlineData("mesh\naccept", false)]
    public void A_user_is_a_name_or_a_number(string text, bool good) => Assert.Equal(good, FirewallOptions.IsUser(text));

    [Fact]
    public void What_leaves_is_restricted_only_when_asked()
    {
        FirewallPlan plan = FirewallPlanner.Plan(Sample.Rich("shop"));
        Assert.DoesNotContain("chain output", NftablesFormat.Write(plan, Plain), StringComparison.Ordinal);
        string script = NftablesFormat.Write(plan, Restricted);
        Assert.Contains("meta skuid != \"mesh\" accept\n", script, StringComparison.Ordinal);
        Assert.Contains("ip daddr 10.0.3.1 tcp dport 8080 accept", script, StringComparison.Ordinal);
        Assert.Contains("\n    tcp dport 5432 accept comment \"db.internal\"\n", script, StringComparison.Ordinal);
        Assert.Contains("\n    udp sport 5353 accept", script, StringComparison.Ordinal);
    }

    /// <summary>No compiler here: what Azure and Bicep ask of names, priorities and brackets.</summary>
    [Fact]
    public void Bicep_has_unique_names_and_priorities_and_closes_what_it_opens()
    {
        string bicep = NsgBicepFormat.Write(FirewallPlanner.Plan(Sample.Rich("shop")), Restricted);
        string bare = Regex.Replace(Regex.Replace(bicep, "//[^\n]*", ""), "'[^'\n]*'", "''");
        Stack<char> open = new();
        foreach (char c in bare.Where(c => "{}[]()".Contains(c)))
        {
            if ("{[(".Contains(c))
            {
                open.Push(c);
            }
            else
            {
                Assert.Equal("}])"["{[(".IndexOf(open.Pop(), StringComparison.Ordinal)], c);
            }
        }

        Assert.Empty(open);
        Assert.Equal(0, bare.Count(c => c == '\'') % 2);
        string[] names = [.. Regex.Matches(bicep, "^        name: '(.*)'$", RegexOptions.Multiline).Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(names);
        Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(names, one => Assert.Matches("^[a-zA-Z0-9][a-zA-Z0-9._-]{0,78}[a-zA-Z0-9_]$", one));
        foreach (string direction in new[] { "Inbound", "Outbound" })
        {
            int[] priorities = [.. Regex.Matches(bicep, $@"priority: (\d+)\n +direction: '{direction}'").Select(match => int.Parse(match.Groups[1].Value))];
            Assert.NotEmpty(priorities);
            Assert.Equal(priorities.Length, priorities.Distinct().Count());
            Assert.All(priorities, priority => Assert.InRange(priority, 100, 4096));
        }

        Assert.Contains("'9443': [\n    { name: 'mesh-1', action: 'Allow', ipAddressRange: '192.0.2.0/24' }", bicep, StringComparison.Ordinal);
        Assert.Contains("'8000': [\n  ]", bicep, StringComparison.Ordinal);
    }

    [Fact]
    public void More_rules_than_a_group_takes_are_refused()
    {
        FirewallPlan plan = FirewallPlanner.Plan(Sample.Facts with { Listeners = [.. Enumerable.Range(1, 501).Select(port => Sample.Listener($"l{port}", [$"0.0.0.0:{port}"], ["10.0.0.0/8"]))] });
        Assert.Contains("1000 rules", NsgBicepFormat.Refuse(plan, Plain), StringComparison.Ordinal);
        Assert.Null(NsgBicepFormat.Refuse(FirewallPlanner.Plan(Sample.Facts), Plain));
    }

    [Fact]
    public void Ufw_lets_in_who_may_before_it_keeps_out_everybody_and_forgets_what_it_added()
    {
        string[] lines = UfwFormat.Write(FirewallPlanner.Plan(Sample.Rich("shop")), Plain).Split('\n');
        int allow = Array.IndexOf(lines, "ufw allow proto tcp from 10.9.0.0/16 to 0.0.0.0/0 port 8001 comment 'mesh: admin'");
        int deny = Array.IndexOf(lines, "ufw deny proto tcp from 0.0.0.0/0 to 0.0.0.0/0 port 8001 comment 'mesh: admin'");
        Assert.InRange(allow, 0, deny);
        Assert.InRange(Array.FindIndex(lines, line => line.Contains("ufw --force delete", StringComparison.Ordinal)), 0, allow);
    }

    [Fact]
    public void Text_says_who_why_and_what_to_look_at()
    {
        string text = TextFormat.Write(FirewallPlanner.Plan(Sample.Rich("shop")), Plain);
        Assert.Matches(@"\ntcp 8000 +0\.0\.0\.0 +proxy +everybody +MESH_PROXY_LISTEN, for clients +back, front\n", text);
        Assert.Matches(@"\ntcp 9444 +10\.0\.1\.1 +proxy shop +192\.0\.2\.0/24, 198\.51\.100\.0/24, 203\.0\.113\.9, 2001:db8::/64 +listener, for whom its allow names\n", text);
        Assert.Matches(@"\n10\.99\.0\.1 +tcp 80 +shop-clear +8080 +10\.11\.0\.0/16\n", text);
        Assert.Matches(@"\n10\.0\.3\.1 +tcp 8080 +service shop\n", text);
        Assert.Contains("\nLook at\n", text, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Texts(string name)
    {
        FirewallPlan plan = FirewallPlanner.Plan(Sample.Rich(name) with { Workspace = name });
        return FirewallFormat.All.Where(format => format.Write is not null && format != FirewallFormat.Text)
            .ToDictionary(format => format.Name, format => WithoutNotes(format.Write!(plan, Restricted)));
    }

    /// <summary>Comments of scripts and of rules, by the grammar of each: a name that ended its comment would show.</summary>
    private static string WithoutNotes(string text) => Regex.Replace(
        Regex.Replace(text, "^(#|//) (Mesh|Note): [ -~]*\n", "", RegexOptions.Multiline),
        "(comment \"[^\"\n]*\")|(comment 'mesh: [^'\n]*')|(description: '[^'\n]*')",
        "");
}
