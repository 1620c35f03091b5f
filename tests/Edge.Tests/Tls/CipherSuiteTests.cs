using System.Net.Security;
using System.Security.Authentication;
using System.Xml.Linq;
using Mesh.Edge.Settings;
using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tls;

namespace Mesh.Edge.Tests.Tls;

/// <summary>What sslscan finds offered.</summary>
public sealed class CipherSuiteTests
{
    private static readonly string[] Tls13 = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"];

    [Fact]
    public async Task Modern_is_tls_13_alone()
    {
        XElement found = await ScanAsync(new EdgeSettings { SslCipherSuite = TlsSuites.Modern });

        Assert.Equal(["TLSv1.3"], Enabled(found));
        Assert.Equal(Tls13, Ciphers(found, "TLSv1.3"));
    }

    [Fact]
    public async Task Intermediate_is_forward_secrecy_and_authenticated_encryption()
    {
        XElement found = await ScanAsync(new EdgeSettings());

        Assert.Equal(["TLSv1.2", "TLSv1.3"], Enabled(found));
        Assert.Equal(Tls13, Ciphers(found, "TLSv1.3"));
        Assert.Equal(
            [
                "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305",
                "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-CHACHA20-POLY1305",
            ],
            Ciphers(found, "TLSv1.2"));
        Assert.Equal("0", found.Element("renegotiation")!.Attribute("supported")!.Value);
        Assert.All(found.Elements("heartbleed"), finding => Assert.Equal("0", finding.Attribute("vulnerable")!.Value));
    }

    [Fact]
    public async Task Old_and_custom_offer_what_they_name()
    {
        Assert.Contains("AES128-SHA", Ciphers(await ScanAsync(new EdgeSettings { SslCipherSuite = TlsSuites.Old }), "TLSv1.2"));

        XElement custom = await ScanAsync(new EdgeSettings
        {
            SslCipherSuite = TlsSuites.Custom,
            SslProtocols = SslProtocols.Tls12,
            SslCiphers = [TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384],
        });
        Assert.Equal(["TLSv1.2"], Enabled(custom));
        Assert.Equal(["ECDHE-RSA-AES256-GCM-SHA384"], Ciphers(custom, "TLSv1.2"));
    }

    private static string[] Enabled(XElement found) =>
        [.. found.Elements("protocol").Where(one => one.Attribute("enabled")!.Value == "1").Select(one => $"{one.Attribute("type")!.Value.ToUpperInvariant()}v{one.Attribute("version")!.Value}").Order(StringComparer.Ordinal)];

    private static string[] Ciphers(XElement found, string version) =>
        [.. found.Elements("cipher").Where(one => one.Attribute("sslversion")!.Value == version).Select(one => one.Attribute("cipher")!.Value).Order(StringComparer.Ordinal)];

    private static async Task<XElement> ScanAsync(EdgeSettings settings)
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 ssl http2", contexts: new TlsContexts(TlsProfile.Of(settings)));
        var setup = new CertificateChanges();
        setup.AddPair("*", rsaFirst: true);
        edge.Certificates = setup.Apply(CertificateTable.Empty);
        string report = await OpenSslClient.RunAsync("sslscan", "", "--xml=-", $"127.0.0.1:{edge.Port}");
        return XElement.Parse(report[report.IndexOf("<document", StringComparison.Ordinal)..(report.IndexOf("</document>", StringComparison.Ordinal) + "</document>".Length)]).Element("ssltest")!;
    }
}
