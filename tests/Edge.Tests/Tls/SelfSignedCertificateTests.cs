using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tls;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Edge.Tests.Tls;

public sealed class SelfSignedCertificateTests
{
    private readonly string directory = Path.Combine(Directory.CreateTempSubdirectory("mesh").FullName, "data");

    [Fact]
    public void Is_made_once_and_kept_private()
    {
        using X509Certificate2 first = SelfSignedCertificate.Load(directory, TimeProvider.System);
        using X509Certificate2 second = SelfSignedCertificate.Load(directory, TimeProvider.System);

        Assert.True(first.HasPrivateKey);
        Assert.Equal(first.Thumbprint, second.Thumbprint);
        Assert.Equal("localhost", first.GetNameInfo(X509NameType.DnsName, false));
        Assert.True(first.MatchesHostname("localhost"));
        Assert.True(first.MatchesHostname("127.0.0.1"));
        Assert.True(first.MatchesHostname("::1"));
        string file = Assert.Single(Directory.GetFiles(directory));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public void Is_renewed_before_it_expires()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        using X509Certificate2 first = SelfSignedCertificate.Load(directory, time);
        time.Advance(TimeSpan.FromDays(300));
        using X509Certificate2 kept = SelfSignedCertificate.Load(directory, time);
        time.Advance(TimeSpan.FromDays(70));
        using X509Certificate2 renewed = SelfSignedCertificate.Load(directory, time);

        Assert.Equal(first.Thumbprint, kept.Thumbprint);
        Assert.NotEqual(first.Thumbprint, renewed.Thumbprint);
        Assert.True(renewed.NotAfter.ToUniversalTime() > time.GetUtcNow());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void A_damaged_file_is_replaced(string content)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, SelfSignedCertificate.FileName), content);

        using X509Certificate2 certificate = SelfSignedCertificate.Load(directory, TimeProvider.System);

        Assert.True(certificate.HasPrivateKey);
    }

    [Fact]
    public async Task A_client_that_trusts_it_gets_through()
    {
        using X509Certificate2 certificate = SelfSignedCertificate.Load(directory, TimeProvider.System);
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 ssl http2", fallback: new ServerCertificate(certificate));
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { X509CertificateLoader.LoadCertificate(certificate.RawData) },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        };
        using var http = new HttpClient(handler) { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

        string answer = await http.GetStringAsync($"https://127.0.0.1:{edge.Port}/");

        Assert.StartsWith("HTTP/2 GET", answer, StringComparison.Ordinal);
    }
}
