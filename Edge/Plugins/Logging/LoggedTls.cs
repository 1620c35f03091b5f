using System.Text.Json;
using Mesh.Edge.Tls.ClientCertificates;

namespace Mesh.Edge.Plugins.Logging;

/// <summary>The TLS of a client's connection: Kong's three members and, beyond Kong, whose certificate the client has shown.</summary>
internal static class LoggedTls
{
    /// <param name="client">Verified; null when the client showed none.</param>
    public static void Write(Utf8JsonWriter json, string version, string? cipher, ClientCertificateFacts? client)
    {
        json.WriteStartObject("tls");
        json.WriteString("version", version);
        json.WriteString("cipher", cipher);
        json.WriteString("client_verify", client is null ? "NONE" : "SUCCESS");
        if (client is not null)
        {
            json.WriteStartObject("client_certificate");
            json.WriteString("subject", client.Subject);
            json.WriteString("issuer", client.Issuer);
            json.WriteString("serial", client.Serial);
            json.WriteString("fingerprint", client.Fingerprint);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
