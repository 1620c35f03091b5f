using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Configuration;
using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tls;

namespace Mesh.Edge.Tests.Tls;

public sealed class HandshakeTests
{
    [Fact]
    public async Task The_certificate_follows_the_server_name()
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 ssl http2");
        var setup = new CertificateChanges();
        setup.Add("a.test", "a.test");
        setup.Add("*.wild.test", "*.wild.test");
        edge.Certificates = setup.Apply(CertificateTable.Empty);

        Assert.Equal("CN=a.test", await SubjectFor(edge, "a.test"));
        Assert.Equal("CN=*.wild.test", await SubjectFor(edge, "x.wild.test"));
        Assert.Equal("CN=fallback.test", await SubjectFor(edge, "stranger.test"));
        Assert.Equal("CN=fallback.test", await SubjectFor(edge, ""));
    }

    [Fact]
    public async Task The_chain_is_sent_with_the_leaf()
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 ssl");
        (string cert, string key) = TestCertificates.Chained("leaf.test");
        var certificate = new Certificate { Id = Guid.NewGuid(), Cert = cert, Key = key };
        var setup = new CertificateChanges();
        setup.Changes.Certificates.Add(new Changed<Certificate>(certificate.Id, null, certificate));
        var sni = new Sni { Id = Guid.NewGuid(), Name = "leaf.test", Certificate = new EntityRef(certificate.Id) };
        setup.Changes.Snis.Add(new Changed<Sni>(sni.Id, null, sni));
        edge.Certificates = setup.Apply(CertificateTable.Empty);
        string[] chain = [];

        await using RawClient plain = await edge.ConnectAsync();
        await using var tls = new SslStream(plain.Stream);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "leaf.test",
            RemoteCertificateValidationCallback = (_, _, sent, _) =>
            {
                chain = [.. sent!.ChainPolicy.ExtraStore.Select(c => c.Subject)];
                return true;
            },
        });

        Assert.Contains("CN=intermediate", chain);
    }

    [Fact]
    public async Task A_bad_certificate_in_a_large_snapshot_costs_only_its_own_names()
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 ssl http2");
        var setup = new CertificateChanges();
        setup.Add("good.test", "good.test");
        for (int i = 0; i < 1000; i++)
        {
            var bad = new Certificate { Id = Guid.NewGuid(), Cert = "no certificate", Key = "no key" };
            setup.Changes.Certificates.Add(new Changed<Certificate>(bad.Id, null, bad));
            var sni = new Sni { Id = Guid.NewGuid(), Name = $"bad-{i}.test", Certificate = new EntityRef(bad.Id) };
            setup.Changes.Snis.Add(new Changed<Sni>(sni.Id, null, sni));
        }

        edge.Certificates = setup.Apply(CertificateTable.Empty);

        Assert.Equal("CN=good.test", await SubjectFor(edge, "good.test"));
        Assert.Equal("CN=fallback.test", await SubjectFor(edge, "bad-7.test"));
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Serves_tls_12_and_13(SslProtocols protocol)
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 ssl");
        await using RawClient plain = await edge.ConnectAsync();
        await using var tls = new SslStream(plain.Stream);

        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "a.test",
            EnabledSslProtocols = protocol,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        });

        Assert.Equal(protocol, tls.SslProtocol);
    }

    [Theory]
    [InlineData("--http1.1", "TLSv1.3")]
    [InlineData("--http2", "TLSv1.3")]
    [InlineData("--tlsv1.3", "TLSv1.3")]
    [InlineData("--tls-max 1.2", "TLSv1.2")]
    public async Task Curl_gets_the_best_version_with_and_without_a_server_name(string options, string version)
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 ssl http2");
        foreach (string url in new[] { $"https://127.0.0.1:{edge.Port}/", $"https://a.test:{edge.Port}/" })
        {
            string[] arguments = ["-skv", "--resolve", $"a.test:{edge.Port}:127.0.0.1", .. options.Split(' '), url];
            Assert.Contains($"SSL connection using {version} ", await OpenSslClient.RunAsync("curl", "", arguments), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Certificates_are_swapped_without_a_failed_handshake_or_a_lost_connection()
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 ssl http2");
        var setup = new CertificateChanges();
        Sni sni = setup.Add("a.test", "generation-0");
        edge.Certificates = setup.Apply(CertificateTable.Empty);
        await using RawClient old = await edge.ConnectTlsAsync("a.test", SslApplicationProtocol.Http11);
        using var over = new CancellationTokenSource();
        Task<int>[] clients = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() => HandshakesAsync(edge, over.Token)))];

        for (int generation = 1; generation <= 20; generation++)
        {
            (string cert, string key) = TestCertificates.Pem($"generation-{generation}");
            var certificate = new Certificate { Id = sni.Certificate.Id, Cert = cert, Key = key };
            var change = new CertificateChanges();
            change.Changes.Certificates.Add(new Changed<Certificate>(certificate.Id, null, certificate));
            edge.Certificates = change.Apply(edge.Certificates);
            Assert.Equal($"CN=generation-{generation}", await SubjectFor(edge, "a.test"));
        }

        await over.CancelAsync();
        Assert.True((await Task.WhenAll(clients)).Sum() > 0);
        await old.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        Assert.Contains("sni=a.test secure=True", await old.ReadUntilAsync("secure=True"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")]
    [InlineData("POST /form HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nabcde")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    public async Task Http_in_clear_text_is_told_that_the_port_speaks_tls(string request)
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 ssl http2");
        await using RawClient client = await edge.ConnectAsync();

        await client.SendAsync(request);
        string answer = await client.ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 400 Bad Request\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n{\"message\":\"The plain HTTP request was sent to HTTPS port\"}", answer, StringComparison.Ordinal);
        await TestEdge.UntilAsync(() => edge.Server.OpenConnections == 0);
    }

    [Theory]
    [InlineData("\0\u0001\u0002")]
    [InlineData("get / HTTP/1.1\r\n\r\n")]
    [InlineData("\u0080\u002e\u0001\0\u0002")]
    [InlineData("\u0016\u0002\u0001")]
    public async Task What_is_neither_tls_nor_http_gets_no_answer(string garbage)
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 ssl http2");
        await using RawClient client = await edge.ConnectAsync();

        await client.SendAsync(garbage);

        Assert.Equal("", await client.ReadToEndAsync());
        await TestEdge.UntilAsync(() => edge.Server.OpenConnections == 0);
    }

    private static async Task<int> HandshakesAsync(TestEdge edge, CancellationToken over)
    {
        int made = 0;
        while (!over.IsCancellationRequested)
        {
            await using RawClient client = await edge.ConnectTlsAsync("a.test", SslApplicationProtocol.Http11);
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 200", await client.ReadToEndAsync(), StringComparison.Ordinal);
            made++;
        }

        return made;
    }

    private static async Task<string> SubjectFor(TestEdge edge, string name)
    {
        await using RawClient client = await edge.ConnectTlsAsync(name, SslApplicationProtocol.Http2);
        return client.Tls.RemoteCertificate!.Subject;
    }
}
