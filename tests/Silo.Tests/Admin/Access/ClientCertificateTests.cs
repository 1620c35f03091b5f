using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Mesh.Silo.Hosting;
using Mesh.Silo.Settings;

namespace Mesh.Silo.Tests.Admin.Access;

/// <summary>Client certificates on the Admin API's TLS, over real sockets.</summary>
public sealed class ClientCertificateTests : IDisposable
{
    private readonly TestAuthority authority = new();

    public void Dispose() => authority.Dispose();

    [Theory]
    [InlineData("alice", null, 200, "admin")]
    [InlineData("build-7", null, 200, "viewer")]
    [InlineData("nobody", "job.ci.internal", 200, "operator")]
    [InlineData("nobody", "spiffe://mesh/edge", 200, "edge")]
    [InlineData("nobody", null, 401, null)]
    [InlineData("alice.evil", null, 401, null)]
    public async Task Its_names_decide_the_role(string commonName, string? alternative, int status, string? role)
    {
        await using GuardedAdmin admin = await Start();
        using X509Certificate2 certificate = authority.Issue(commonName, TestAuthority.ForClients, names: alternative is null ? null : names =>
        {
            if (Uri.TryCreate(alternative, UriKind.Absolute, out Uri? uri))
            {
                names.AddUri(uri);
            }
            else
            {
                names.AddDnsName(alternative);
            }
        });
        using HttpClient client = Client(admin, certificate);
        using HttpResponseMessage answer = await client.GetAsync("/access/self");
        Assert.Equal(status, (int)answer.StatusCode);
        if (role is not null)
        {
            using JsonDocument self = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            Assert.Equal(role, self.RootElement.GetProperty("role").GetString());
            Assert.Equal(alternative ?? commonName, self.RootElement.GetProperty("name").GetString());
            Assert.Equal($"certificate {certificate.SerialNumber}", self.RootElement.GetProperty("credential").GetString());
        }
    }

    [Theory]
    [InlineData("usage")]
    [InlineData("expired")]
    [InlineData("authority")]
    public async Task One_that_the_authority_did_not_issue_for_clients_ends_the_handshake(string fault)
    {
        await using GuardedAdmin admin = await Start();
        using TestAuthority other = new();
        using X509Certificate2 certificate = fault switch
        {
            "usage" => authority.Issue("alice", TestAuthority.ForServers),
            "expired" => authority.Issue("alice", TestAuthority.ForClients, days: -1),
            _ => other.Issue("alice", TestAuthority.ForClients),
        };
        using HttpClient client = Client(admin, certificate);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync("/access/self"));
    }

    [Fact]
    public async Task Without_a_certificate_other_credentials_count_and_none_is_refused()
    {
        await using GuardedAdmin admin = await Start();
        using HttpClient client = Client(admin, null);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/access/self")).StatusCode);
        client.DefaultRequestHeaders.Add("Kong-Admin-Token", GuardedAdmin.AdminToken);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/access/self")).StatusCode);
    }

    [Fact]
    public async Task A_browser_cannot_be_made_to_use_it_by_a_foreign_name_or_page()
    {
        await using GuardedAdmin admin = await Start();
        using X509Certificate2 certificate = authority.Issue("alice", TestAuthority.ForClients);
        using HttpClient client = Client(admin, certificate);
        using HttpRequestMessage rebound = new(HttpMethod.Get, "/services") { Headers = { Host = "attacker.example" } };
        Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync(rebound)).StatusCode);
        using HttpRequestMessage foreign = new(HttpMethod.Delete, "/services/x");
        foreign.Headers.Add("Origin", "https://attacker.example");
        Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync(foreign)).StatusCode);
        using HttpRequestMessage own = new(HttpMethod.Delete, "/services/x");
        Assert.Equal(HttpStatusCode.NoContent, (await client.SendAsync(own)).StatusCode);
    }

    [Fact]
    public async Task A_revoked_one_begins_no_connection_and_loses_those_it_has_without_a_restart()
    {
        using X509Certificate2 lost = authority.Issue("alice", TestAuthority.ForClients);
        using X509Certificate2 kept = authority.Issue("alice", TestAuthority.ForClients);
        using X509Certificate2 older = authority.Issue("alice", TestAuthority.ForClients);
        authority.Revoke(older);
        await using GuardedAdmin admin = await Start(authority.RevocationFile);
        using HttpClient client = Client(admin, lost);
        using HttpClient other = Client(admin, kept);
        using HttpClient refused = Client(admin, older);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => refused.GetAsync("/access/self"));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/access/self")).StatusCode);

        authority.Revoke(older, lost);

        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        while ((await client.GetAsync("/access/self", patience.Token)).StatusCode != HttpStatusCode.Unauthorized)
        {
            await Task.Delay(50, patience.Token);
        }

        using HttpClient again = Client(admin, lost);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => again.GetAsync("/access/self"));

        // What cannot be read takes nothing back and gives nothing back.
        File.WriteAllText(authority.RevocationFile, "no list");
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/access/self")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/access/self")).StatusCode);
    }

    [Fact]
    public async Task A_file_without_a_revocation_list_refuses_the_start()
    {
        StartRefusedException refused = await Assert.ThrowsAsync<StartRefusedException>(() => Start(authority.RootFile));
        Assert.StartsWith($"MESH_ADMIN_CLIENT_CRL={authority.RootFile}: ", refused.Message, StringComparison.Ordinal);
    }

    private Task<GuardedAdmin> Start(string? revocations = null) => GuardedAdmin.Start(settings => settings with
    {
        Listen = "127.0.0.1:0 http2 ssl",
        Token = GuardedAdmin.AdminToken,
        ClientCaFile = authority.RootFile,
        ClientCrlFile = revocations,
        ClientRoles = RoleRule.ReadAll("admin=alice, operator=*.ci.internal, edge=spiffe://mesh/edge, viewer=build-*"),
    });

    private static HttpClient Client(GuardedAdmin admin, X509Certificate2? certificate)
    {
        SocketsHttpHandler handler = new() { SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true } };
        if (certificate is not null)
        {
            handler.SslOptions.ClientCertificates = [certificate];
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        }

        return new HttpClient(handler) { BaseAddress = new Uri(admin.Host.Address) };
    }
}
