using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tls;

namespace Mesh.Edge.Tests.Tls;

/// <summary>Of an RSA and an ECDSA certificate each client gets the one that it can verify, ECDSA where it can do both.</summary>
public sealed class PairTests
{
    [Theory]
    [InlineData("", "ecdsa")]
    [InlineData("-tls1_3", "ecdsa")]
    [InlineData("-tls1_3 -sigalgs RSA-PSS+SHA256", "rsa")]
    [InlineData("-tls1_3 -sigalgs ECDSA+SHA384:RSA-PSS+SHA256", "rsa")]
    [InlineData("-tls1_3 -sigalgs RSA-PSS+SHA256:ECDSA+SHA256", "ecdsa")]
    [InlineData("-tls1_2", "ecdsa")]
    [InlineData("-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256", "rsa")]
    [InlineData("-tls1_2 -cipher ECDHE-ECDSA-AES256-GCM-SHA384", "ecdsa")]
    [InlineData("-tls1_2 -sigalgs RSA+SHA256", "rsa")]
    [InlineData("-tls1_2 -groups P-384:X25519", "rsa")]
    public async Task The_clients_offer_decides(string options, string served)
    {
        foreach (bool rsaFirst in new[] { true, false })
        {
            await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 ssl http2");
            edge.Certificates = Pair(rsaFirst);

            string seen = await OpenSslClient.RequestAsync(edge.Port, "pair.test", options.Split(' ', StringSplitOptions.RemoveEmptyEntries));

            Assert.Contains($"subject=CN = {served}", seen, StringComparison.Ordinal);
            Assert.Contains("sni=pair.test secure=True", seen, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_no_hello_is_refused_as_ever_and_the_next_is_served()
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 ssl");
        edge.Certificates = Pair(rsaFirst: true);

        Assert.DoesNotContain("200", await edge.ExchangeAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), StringComparison.Ordinal);
        await using (RawClient gone = await edge.ConnectAsync())
        {
            await gone.SendAsync([22, 3, 1]);
        }

        Assert.Contains("secure=True", await OpenSslClient.RequestAsync(edge.Port, "pair.test"), StringComparison.Ordinal);
    }

    private static CertificateTable Pair(bool rsaFirst)
    {
        var setup = new CertificateChanges();
        setup.AddPair("pair.test", rsaFirst);
        return setup.Apply(CertificateTable.Empty);
    }
}
