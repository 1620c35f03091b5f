using System.Text.Json;
using Mesh.Abstractions.Reports;

namespace Mesh.Silo.Tests.Admin.Firewall;

[Collection<AdminCollection>]
public class FirewallEndpointTests(AdminFixture admin)
{
    [Fact]
    public async Task The_model_names_the_doors_of_live_edges_and_of_the_configuration()
    {
        int n = admin.NextNumber();
        Guid listener = Guid.Parse((await admin.Client.Post("/listeners", $$"""{"name":"fw-{{n}}","listen":["0.0.0.0:{{20000 + n}} ssl"],"allow":["10.1.2.3/8","2001:db8::1"]}""")).Expect(201).String("id")!);
        (await admin.Client.Post("/services", $$"""{"name":"fw-{{n}}","host":"fw-{{n}}.test","port":8443}""")).Expect(201);
        Guid edge = Guid.NewGuid();
        await Report(edge, $"fw-host-{n}", new ListenerReport(Guid.Empty, "proxy", "0.0.0.0:8000", ListenerState.Bound, null, 0, 0), new ListenerReport(listener, $"fw-{n}", $"0.0.0.0:{20000 + n} ssl", ListenerState.Bound, null, 0, 0));

        JsonElement plan = (await admin.Client.Get("/firewall")).Expect(200).Json;
        JsonElement door = Assert.Single(plan.GetProperty("doors").EnumerateArray(), door => door.GetProperty("name").GetString() == $"fw-{n}");
        Assert.Equal(
            ("proxy", "tcp", 20000 + n, """["10.0.0.0/8","2001:db8::1"]""", $"""["fw-host-{n}"]"""),
            (door.GetProperty("kind").GetString(), door.GetProperty("protocol").GetString(), door.GetProperty("port").GetInt32(), door.GetProperty("sources").GetRawText(), door.GetProperty("hosts").GetRawText()));
        Assert.Contains(plan.GetProperty("egress").EnumerateArray(), exit => exit.GetProperty("host").GetString() == $"fw-{n}.test");
        Assert.Contains(plan.GetProperty("doors").EnumerateArray(), one => one.GetProperty("kind").GetString() == "admin" && one.GetProperty("local").GetBoolean());

        // By host name or id; the other one's listener is not there.
        foreach (string key in new[] { $"fw-host-{n}", edge.ToString() })
        {
            JsonElement own = (await admin.Client.Get($"/firewall?edge={key}")).Expect(200).Json;
            Assert.Equal($"fw-host-{n}", own.GetProperty("host").GetString());
            Assert.Equal([$"fw-{n}", "proxy"], own.GetProperty("doors").EnumerateArray().Select(one => one.GetProperty("name").GetString()!).Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [InlineData("text", "PORT ")]
    [InlineData("nftables", "table inet mesh {")]
    [InlineData("iptables", "iptables-restore -w 10 --noflush")]
    [InlineData("ufw", "ufw status numbered")]
    [InlineData("nsg-bicep", "resource group 'Microsoft.Network/networkSecurityGroups@")]
    [InlineData("routes", "ip -6 ")]
    public async Task Every_format_is_plain_text(string format, string part)
    {
        Reply reply = (await admin.Client.Get($"/firewall?format={format}&egress=mesh")).Expect(200);
        Assert.Equal("text/plain; charset=utf-8", reply.ContentHeaders.ContentType?.ToString());
        Assert.Contains(part, reply.Text, StringComparison.Ordinal);
        Assert.True(reply.Revision >= 0);
    }

    [Theory]
    [InlineData("format=pf", "invalid option (format: expected one of: json, text, nftables, iptables, ufw, nsg-bicep, routes)")]
    [InlineData("edge=nobody", "invalid option (edge: no edge of this workspace has this id or host name)")]
    [InlineData("egress=mesh%0Aaccept", "invalid option (egress: expected a user's name (lower-case letters, digits, _ and -) or number)")]
    [InlineData("members=10.0.0.0/16,silo-2", "invalid option (members: expected addresses or networks, such as 10.0.0.0/16, separated by commas, at most 256)")]
    [InlineData("egress=", "invalid option (egress: expected a user's name (lower-case letters, digits, _ and -) or number)")]
    public async Task What_it_does_not_know_is_refused_in_the_form_of_all_errors(string query, string message)
    {
        Reply reply = (await admin.Client.Get($"/firewall?{query}")).Expect(400);
        Assert.Equal(message, reply.String("message"));
        Assert.Equal("invalid options", reply.String("name"));
    }

    private Task Report(Guid edge, string host, params ListenerReport[] listeners)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return admin.Report(new EdgeReport(
            new EdgeIdentity(edge, edge, host, "1", "runtime", "default", "default", now, ["10.0.9.9"]), "default", admin.NextNumber(), now, long.MaxValue, [], listeners, new EdgeResources(1, 2, 3, 4, 5), []));
    }
}
