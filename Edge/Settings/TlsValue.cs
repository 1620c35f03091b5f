using System.Net.Security;
using System.Security.Authentication;
using Mesh.Edge.Tls;

namespace Mesh.Edge.Settings;

/// <summary>Reads the values of TLS settings; a <see cref="FormatException"/> carries the reason.</summary>
internal static class TlsValue
{
    private static readonly char[] Separators = [' ', ',', ':', '\t'];

    public static TlsSuites Suite(string text) => text.ToLowerInvariant() switch
    {
        "modern" => TlsSuites.Modern,
        "intermediate" => TlsSuites.Intermediate,
        "old" => TlsSuites.Old,
        "custom" => TlsSuites.Custom,
        "fips" => throw new FormatException("what OpenSSL may use under FIPS 140 is configured in OpenSSL itself"),
        _ => throw new FormatException("there is no such cipher suite"),
    };

    public static SslProtocols Protocols(string text)
    {
        SslProtocols protocols = SslProtocols.None;
        foreach (string name in Words(text))
        {
            protocols |= name switch
            {
                "TLSv1.2" => SslProtocols.Tls12,
                "TLSv1.3" => SslProtocols.Tls13,
                "TLSv1" or "TLSv1.0" or "TLSv1.1" or "SSLv2" or "SSLv3" => throw new FormatException($"{name} is not safe and not served"),
                _ => throw new FormatException($"there is no version {name}"),
            };
        }

        return protocols;
    }

    public static IReadOnlyList<TlsCipherSuite> Ciphers(string text) =>
        [.. Words(text).Select(name => CipherNames.Find(name) ?? throw new FormatException(
            name.StartsWith("TLS_", StringComparison.Ordinal) ? $"{name} belongs to TLS 1.3, whose suites are always the same" : $"{name} is not a suite that can be served")).Distinct()];

    private static string[] Words(string text) =>
        text.Split(Separators, StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } words ? words : throw new FormatException("it names nothing");
}
