using System.Net.Security;
using System.Security.Authentication;
using Mesh.Edge.Settings;
using Mesh.Edge.Tls;

namespace Mesh.Edge.Tests.Settings;

public sealed class TlsSettingsTests
{
    [Theory]
    [InlineData("TLSv1.2 TLSv1.3", SslProtocols.Tls12 | SslProtocols.Tls13)]
    [InlineData("TLSv1.2,TLSv1.3", SslProtocols.Tls12 | SslProtocols.Tls13)]
    [InlineData("TLSv1.3", SslProtocols.Tls13)]
    public void Reads_versions(string text, SslProtocols expected) => Assert.Equal(expected, TlsValue.Protocols(text));

    [Theory]
    [InlineData("TLSv1.1 TLSv1.2", "TLSv1.1 is not safe")]
    [InlineData("tls12", "no version tls12")]
    [InlineData(" , ", "names nothing")]
    public void Refuses_other_versions(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => TlsValue.Protocols(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Reads_ciphers_in_their_order() => Assert.Equal(
        [TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256],
        TlsValue.Ciphers("ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256"));

    [Theory]
    [InlineData("HIGH:!aNULL", "HIGH is not a suite")]
    [InlineData("ECDHE-RSA-AES128-GCM-SHA256:DES-CBC3-SHA", "DES-CBC3-SHA is not a suite")]
    [InlineData("TLS_AES_128_GCM_SHA256", "belongs to TLS 1.3")]
    public void Refuses_other_ciphers(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => TlsValue.Ciphers(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Settings_that_contradict_each_other_are_refused()
    {
        IReadOnlyList<TlsCipherSuite> ciphers = TlsValue.Ciphers("ECDHE-RSA-AES128-GCM-SHA256");
        Assert.Equal("MESH_SSL_PROTOCOLS", Wrong(new EdgeSettings { SslCipherSuite = TlsSuites.Modern, SslProtocols = SslProtocols.Tls12 }));
        Assert.Equal("MESH_SSL_CIPHER_SUITE", Wrong(new EdgeSettings { SslCipherSuite = TlsSuites.Custom }));
        Assert.Equal("MESH_SSL_CIPHERS", Wrong(new EdgeSettings { SslCiphers = ciphers }));
        Assert.Empty(TlsSettingsRules.Check(new EdgeSettings { SslCipherSuite = TlsSuites.Custom, SslCiphers = ciphers }));
        Assert.Empty(TlsSettingsRules.Check(new EdgeSettings { SslProtocols = SslProtocols.Tls13 }));
    }

    private static string Wrong(EdgeSettings settings) => Assert.Single(TlsSettingsRules.Check(settings)).Name;
}
