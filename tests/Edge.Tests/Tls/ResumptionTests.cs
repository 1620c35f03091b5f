using System.Net.Security;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Configuration;
using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tls;

namespace Mesh.Edge.Tests.Tls;

public sealed class ResumptionTests : IDisposable
{
    /// <summary>More than the contexts that the runtime keeps of itself.</summary>
    private const int OtherNames = 100;

    private readonly string session = Path.GetTempFileName();

    [Fact]
    public async Task Sessions_outlive_the_handshakes_of_many_other_names_and_a_swap_of_another_certificate()
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 ssl http2");
        var setup = new CertificateChanges();
        setup.Add("first.test", "first");
        Sni[] others = [.. Enumerable.Range(0, OtherNames).Select(i => setup.Add($"n{i}.test", $"n{i}"))];
        edge.Certificates = setup.Apply(CertificateTable.Empty);
        Assert.Contains("New, TLSv1.3", await OpenSslClient.RequestAsync(edge.Port, "first.test", "-sess_out", session), StringComparison.Ordinal);

        await Touch(edge, others);
        edge.Certificates = Swapped(edge.Certificates, others[0], "other");

        Assert.Contains("Reused, TLSv1.3", await OpenSslClient.RequestAsync(edge.Port, "first.test", "-sess_in", session), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_swapped_certificate_resumes_nothing_of_the_one_before()
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 ssl http2");
        var setup = new CertificateChanges();
        Sni first = setup.Add("first.test", "before");
        edge.Certificates = setup.Apply(CertificateTable.Empty);
        await OpenSslClient.RequestAsync(edge.Port, "first.test", "-sess_out", session);
        Assert.Contains("Reused, TLSv1.3", await OpenSslClient.RequestAsync(edge.Port, "first.test", "-sess_in", session), StringComparison.Ordinal);

        edge.Certificates = Swapped(edge.Certificates, first, "after");
        string seen = await OpenSslClient.RequestAsync(edge.Port, "first.test", "-sess_in", session);

        Assert.Contains("New, TLSv1.3", seen, StringComparison.Ordinal);
        Assert.Contains("subject=CN = after", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beyond_the_limit_the_least_used_go_and_are_served_anew()
    {
        const int limit = 8;
        var contexts = new TlsContexts(TlsProfile.Default, limit);
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 ssl http2", contexts: contexts);
        var setup = new CertificateChanges();
        Sni[] names = [.. Enumerable.Range(0, 5 * limit).Select(i => setup.Add($"n{i}.test", $"n{i}"))];
        edge.Certificates = setup.Apply(CertificateTable.Empty);

        for (int round = 0; round < 2; round++)
        {
            await Touch(edge, names);
            Assert.Equal(limit, contexts.Count);
        }
    }

    [Fact]
    public async Task What_was_replaced_does_not_stay()
    {
        var contexts = new TlsContexts(TlsProfile.Default);
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 ssl http2", contexts: contexts);
        var setup = new CertificateChanges();
        Sni name = setup.Add("first.test", "first");
        edge.Certificates = setup.Apply(CertificateTable.Empty);
        for (int i = 0; i < 50; i++)
        {
            await Touch(edge, [name]);
            edge.Certificates = Swapped(edge.Certificates, name, $"generation-{i}");
        }

        Assert.InRange(contexts.Count, 1, 2);
    }

    public void Dispose() => File.Delete(session);

    private static CertificateTable Swapped(CertificateTable table, Sni name, string subject)
    {
        (string cert, string key) = TestCertificates.Pem(subject);
        var certificate = new Certificate { Id = name.Certificate.Id, Cert = cert, Key = key };
        var change = new CertificateChanges();
        change.Changes.Certificates.Add(new Changed<Certificate>(certificate.Id, null, certificate));
        return change.Apply(table);
    }

    /// <summary>A whole handshake and a request for each name, one after the other.</summary>
    private static async Task Touch(TestEdge edge, Sni[] names)
    {
        foreach (Sni name in names)
        {
            await using RawClient client = await edge.ConnectTlsAsync(name.Name, SslApplicationProtocol.Http11);
            await client.SendAsync($"GET / HTTP/1.1\r\nHost: {name.Name}\r\nConnection: close\r\n\r\n");
            Assert.Contains($"sni={name.Name}", await client.ReadToEndAsync(), StringComparison.Ordinal);
        }
    }
}
