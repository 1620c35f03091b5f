using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Mesh.Silo.Tests.EndToEnd;

/// <summary>Listeners that ask clients for certificates, with curl as the client.</summary>
public sealed class ClientCertificateTests(ClientCertificateTests.Setup setup) : IClassFixture<ClientCertificateTests.Setup>, IDisposable
{
    private readonly ClientAuthority authority = new("clients");
    private readonly ClientAuthority stranger = new("strangers");
    private readonly int port = MeshProcess.FreePorts(1)[0];
    private readonly Gateway gateway = setup.Gateway;

    [Fact]
    public async Task Required_lets_in_who_has_a_good_certificate_and_nobody_else()
    {
        await Listen(new { ca_certificates = new[] { authority.Id } });
        string good = authority.Issue("alice", 5);

        foreach (string version in new[] { "--tlsv1.3", "--tls-max 1.2", "--http1.1" })
        {
            string told = await Curl($"{version} --cert {good}");
            Assert.True(told.StartsWith("200", StringComparison.Ordinal), $"{version}: {told}");
            Assert.Contains("X-Client-Cert-Subject-DN=CN=alice", told, StringComparison.Ordinal);
            Assert.Contains("X-Client-Cert-Issuer-DN=CN=clients", told, StringComparison.Ordinal);
            Assert.Contains("X-Client-Cert-Serial=05", told, StringComparison.Ordinal);
            Assert.Contains("X-Client-Cert=-----BEGIN%20CERTIFICATE", told, StringComparison.Ordinal);
            Assert.StartsWith("000", await Curl(version), StringComparison.Ordinal);
            Assert.StartsWith("000", await Curl($"{version} --cert {stranger.Issue("mallory", 6)}"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Optional_takes_none_but_no_bad_one()
    {
        await Listen(new { mode = "optional", ca_certificates = new[] { authority.Id } });

        Assert.Equal("200", (await Curl("")).Trim());
        Assert.Contains("CN=alice", await Curl($"--cert {authority.Issue("alice", 5)}"), StringComparison.Ordinal);
        Assert.StartsWith("000", await Curl($"--cert {stranger.Issue("mallory", 6)}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_about_certificates_cannot_be_made_up()
    {
        const string Forged = "-H X-Client-Cert:forged -H x-client-cert-subject-dn:CN=admin -H X-Client-Cert-Other:1";
        await Listen(new { mode = "optional", ca_certificates = new[] { authority.Id } });

        Assert.Equal("200", (await Curl(Forged)).Trim());
        string told = await Curl($"{Forged} --cert {authority.Issue("alice", 5)}");
        Assert.DoesNotContain("forged", told, StringComparison.Ordinal);
        Assert.DoesNotContain("admin", told, StringComparison.Ordinal);
        Assert.Equal("200", (await Run($"-s -w %{{http_code}} {Forged} http://127.0.0.1:{gateway.ProxyPort}/app")).Trim());
    }

    [Fact]
    public async Task Revocation_depth_and_authorities_follow_the_configuration()
    {
        string alice = authority.Issue("alice", 5);
        string bob = authority.Issue("bob", 6);
        await Listen(new { ca_certificates = new[] { authority.Id }, crl = new[] { authority.Revoke(5) } });
        Assert.StartsWith("000", await Curl($"--cert {alice}"), StringComparison.Ordinal);
        Assert.StartsWith("200", await Curl($"--cert {bob}"), StringComparison.Ordinal);

        using ClientAuthority between = authority.Delegate("between");
        string carol = between.Issue("carol", 7);
        Assert.StartsWith("200", await Curl($"--cert {carol}"), StringComparison.Ordinal);
        await Listen(new { ca_certificates = new[] { authority.Id }, depth = 0 });
        Assert.StartsWith("000", await Curl($"--cert {carol}"), StringComparison.Ordinal);
        Assert.StartsWith("200", await Curl($"--cert {alice}"), StringComparison.Ordinal);

        using HttpResponseMessage inUse = await gateway.Admin.DeleteAsync($"/ca_certificates/{authority.Id}");
        Assert.False(inUse.IsSuccessStatusCode);
        await gateway.Put($"/ca_certificates/{authority.Id}", new { cert = new ClientAuthority("others").Pem });
        Assert.StartsWith("000", await Curl($"--cert {alice}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_named_servers_ask_and_a_connection_to_others_does_not_reach_them()
    {
        await Listen(new { ca_certificates = new[] { authority.Id }, snis = new[] { "*.secure.test" } });
        string good = authority.Issue("alice", 5);

        Assert.StartsWith("200", await Curl("", "open.test"), StringComparison.Ordinal);
        Assert.StartsWith("000", await Curl("", "a.secure.test"), StringComparison.Ordinal);
        Assert.StartsWith("200", await Curl($"--cert {good}", "a.secure.test"), StringComparison.Ordinal);
        Assert.StartsWith("421", await Curl("-H Host:a.secure.test", "open.test"), StringComparison.Ordinal);
        Assert.StartsWith("421", await Curl("-H Host:A.Secure.test:443 --http1.1", "open.test"), StringComparison.Ordinal);
        Assert.StartsWith("200", await Curl($"-H Host:b.secure.test --cert {good}", "a.secure.test"), StringComparison.Ordinal);
    }

    /// <summary>Plugins know whose certificate it was; here a log, on a route and on a stream.</summary>
    [Theory]
    [InlineData("http")]
    [InlineData("stream")]
    public async Task Logs_tell_whose_certificate_it_was(string kind)
    {
        string file = Path.ChangeExtension(authority.Issue("alice", 5), "log");
        await Listen(new { ca_certificates = new[] { authority.Id } }, kind);
        await gateway.Put($"/routes/of-{kind}", kind == "http"
            ? (object)new { protocols = new[] { "https" }, paths = new[] { "/app" }, hosts = new[] { "logged.test" }, service = new { name = "app" } }
            : new { protocols = new[] { "tls" }, snis = new[] { "logged.test" }, service = new { name = "app" } });
        await gateway.Put($"/plugins/{Guid.NewGuid()}", new { name = "file-log", route = new { name = $"of-{kind}" }, protocols = new[] { kind == "http" ? "https" : "tls" }, config = new { path = file } });

        Assert.StartsWith("000", await Curl("", "logged.test"), StringComparison.Ordinal);
        Assert.StartsWith("200", await Curl($"--cert {authority.Issue("alice", 5)}", "logged.test"), StringComparison.Ordinal);

        string line = "";
        await gateway.Process.Until(() => Task.FromResult(File.Exists(file) && (line = File.ReadLines(file).LastOrDefault() ?? "").Contains("SUCCESS", StringComparison.Ordinal)), "the line is written");
        using var document = System.Text.Json.JsonDocument.Parse(line);
        System.Text.Json.JsonElement tls = document.RootElement.GetProperty(kind == "http" ? "request" : "session").GetProperty("tls");
        Assert.Equal("SUCCESS", tls.GetProperty("client_verify").GetString());
        Assert.Equal("CN=alice", tls.GetProperty("client_certificate").GetProperty("subject").GetString());
    }

    [Theory]
    [InlineData("127.0.0.1:9 ssl", """{"mode":"required"}""")]
    [InlineData("127.0.0.1:9", """{"ca_certificates":["b6c4d1b2-3c0f-4a7e-9d0e-1f2a3b4c5d6e"]}""")]
    [InlineData("127.0.0.1:9 ssl", """{"ca_certificates":["b6c4d1b2-3c0f-4a7e-9d0e-1f2a3b4c5d6e"],"crl":["none"]}""")]
    public async Task What_cannot_be_served_is_refused(string listen, string asked)
    {
        using var document = System.Text.Json.JsonDocument.Parse(asked);
        using HttpResponseMessage answer = await gateway.Admin.PutAsJsonAsync("/listeners/bad", new { listen = new[] { listen }, client_certificate = document.RootElement });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("client_certificate", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        authority.Dispose();
        stranger.Dispose();
    }

    private async Task Listen(object asked, string kind = "http")
    {
        await gateway.Put($"/ca_certificates/{authority.Id}", new { cert = authority.Pem });
        await gateway.Put($"/listeners/port-{port}", new { listen = new[] { $"127.0.0.1:{port} ssl{(kind == "http" ? " http2" : "")}" }, kind, client_certificate = asked });
    }

    /// <summary>The status (000 when the connection failed) and, in the lines after it, what the upstream was told.</summary>
    private Task<string> Curl(string options, string name = "app.test") =>
        Run($"-sk --resolve {name}:{port}:127.0.0.1 {options} -w \n%{{http_code}} https://{name}:{port}/app");

    private static async Task<string> Run(string arguments)
    {
        using Process curl = Process.Start(new ProcessStartInfo("curl", arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)) { RedirectStandardOutput = true })!;
        string[] lines = (await curl.StandardOutput.ReadToEndAsync()).Split('\n');
        await curl.WaitForExitAsync();
        return $"{lines[^1]}\n{string.Join('\n', lines[..^1])}";
    }

    /// <summary>One gateway for all tests; each has a listener and an authority of its own.</summary>
    public sealed class Setup : IAsyncLifetime
    {
        private Upstream upstream = null!;

        internal Gateway Gateway { get; } = new();

        public async ValueTask InitializeAsync()
        {
            upstream = await Upstream.Start(app => app.Run(context => context.Response.WriteAsync(
                string.Join('\n', context.Request.Headers.Where(header => header.Key.StartsWith("X-Client", StringComparison.OrdinalIgnoreCase)).Select(header => $"{header.Key}={header.Value}")))));
            await Gateway.Start();
            await Gateway.RouteTo("app", upstream.Address);
        }

        public async ValueTask DisposeAsync()
        {
            await Gateway.DisposeAsync();
            await upstream.DisposeAsync();
        }
    }
}
