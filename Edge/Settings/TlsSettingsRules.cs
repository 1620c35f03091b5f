using System.Security.Authentication;
using Mesh.Edge.Tls;

namespace Mesh.Edge.Settings;

/// <summary>Rules over several TLS settings. Kong ignores protocols and ciphers unless the suite is custom; here they hold or are refused.</summary>
internal static class TlsSettingsRules
{
    private const string Suite = "MESH_SSL_CIPHER_SUITE";
    private const string Ciphers = "MESH_SSL_CIPHERS";

    public static IEnumerable<SettingProblem> Check(EdgeSettings settings)
    {
        string suite = settings.SslCipherSuite.ToString().ToLowerInvariant();
        if (settings.SslCipherSuite == TlsSuites.Modern && settings.SslProtocols is { } protocols && protocols != SslProtocols.Tls13)
        {
            yield return new SettingProblem("MESH_SSL_PROTOCOLS", null, $"with {Suite} modern", "modern is TLS 1.3 alone", $"TLSv1.3, or another {Suite}");
        }

        if (settings.SslCipherSuite == TlsSuites.Custom && settings.SslCiphers.Count == 0 && settings.SslProtocols != SslProtocols.Tls13)
        {
            yield return new SettingProblem(Suite, suite, $"with {Ciphers} not set", "there are no cipher suites for TLS 1.2", $"{Ciphers} to be set, or modern, intermediate or old");
        }

        if (settings.SslCipherSuite != TlsSuites.Custom && settings.SslCiphers.Count > 0)
        {
            yield return new SettingProblem(Ciphers, null, $"with {Suite} {suite}", "the list would not be used", $"{Suite} to be custom, or no list");
        }
    }
}
