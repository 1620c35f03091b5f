using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Mesh.Silo.Tests.Admin.Access.Oidc;

/// <summary>An OpenID Connect issuer over TLS: a discovery document, keys, and tokens signed by them.</summary>
internal sealed class TestIssuer : IAsyncDisposable
{
    public const string Audience = "mesh-admin";

    private readonly RSA rsa = RSA.Create(2048);
    private readonly ECDsa ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly WebApplication server;
    private int reads;

    private TestIssuer(WebApplication server) => this.server = server;

    /// <summary>As tokens name it.</summary>
    public string Issuer => server.Urls.Single();

    /// <summary>How often the keys were read.</summary>
    public int Reads => Volatile.Read(ref reads);

    /// <summary>Id of the RSA key; changing it is what a rotation looks like.</summary>
    public string KeyId { get; set; } = "rsa-1";

    /// <summary>What the discovery document names, when not the truth.</summary>
    public string? ClaimedIssuer { get; set; }

    /// <summary>Bytes that the keys' document is longer.</summary>
    public int Padding { get; set; }

    public RSA Rsa => rsa;

    public static async Task<TestIssuer> Start(X509Certificate2 certificate)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, options => options.UseHttps(certificate)));
        TestIssuer issuer = new(builder.Build());
        issuer.server.Run(issuer.Answer);
        await issuer.server.StartAsync();
        return issuer;
    }

    /// <summary>Claims of a token that holds.</summary>
    public JsonObject Claims(string subject = "alice", string group = "platform") => new()
    {
        ["iss"] = Issuer,
        ["aud"] = Audience,
        ["sub"] = subject,
        ["groups"] = new JsonArray("other", group),
        ["exp"] = DateTimeOffset.UtcNow.AddMinutes(10).ToUnixTimeSeconds(),
    };

    public string Rs256(JsonObject claims, string? kid = null) =>
        Token("RS256", kid ?? KeyId, claims, input => rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public string Es256(JsonObject claims) => Token("ES256", "ec-1", claims, input => ec.SignData(input, HashAlgorithmName.SHA256));

    public static string Token(string algorithm, string? kid, JsonObject claims, Func<byte[], byte[]> sign, JsonObject? more = null)
    {
        JsonObject header = new() { ["alg"] = algorithm, ["typ"] = "JWT" };
        if (kid is not null)
        {
            header["kid"] = kid;
        }

        foreach ((string name, JsonNode? value) in more ?? [])
        {
            header[name] = value?.DeepClone();
        }

        string input = $"{Encode(JsonSerializer.SerializeToUtf8Bytes(header))}.{Encode(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        return $"{input}.{Encode(sign(Encoding.ASCII.GetBytes(input)))}";
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        rsa.Dispose();
        ec.Dispose();
    }

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);

    private Task Answer(HttpContext http)
    {
        if (http.Request.Path == "/.well-known/openid-configuration")
        {
            return http.Response.WriteAsync(new JsonObject { ["issuer"] = ClaimedIssuer ?? Issuer, ["jwks_uri"] = $"{Issuer}/keys" }.ToJsonString());
        }

        Interlocked.Increment(ref reads);
        RSAParameters one = rsa.ExportParameters(false);
        ECParameters other = ec.ExportParameters(false);
        JsonObject keys = new()
        {
            ["padding"] = new string('x', Padding),
            ["keys"] = new JsonArray(
                new JsonObject { ["kty"] = "RSA", ["use"] = "sig", ["kid"] = KeyId, ["n"] = Encode(one.Modulus!), ["e"] = Encode(one.Exponent!) },
                new JsonObject { ["kty"] = "EC", ["kid"] = "ec-1", ["crv"] = "P-256", ["x"] = Encode(other.Q.X!), ["y"] = Encode(other.Q.Y!) },
                new JsonObject { ["kty"] = "oct", ["kid"] = "oct-1", ["k"] = Encode("a-key-that-everybody-can-read-000"u8.ToArray()) }),
        };
        return http.Response.WriteAsync(keys.ToJsonString());
    }
}
