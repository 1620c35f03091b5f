using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Mesh.Silo.Settings;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Silo.Tests.Admin.Access.Oidc;

/// <summary>Tokens of a real issuer, over TLS.</summary>
public sealed class OidcTests : IAsyncLifetime
{
    private readonly TestAuthority authority = new();
    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);
    private TestIssuer issuer = null!;
    private GuardedAdmin admin = null!;

    public async ValueTask InitializeAsync()
    {
        X509Certificate2 certificate = authority.Issue("issuer", TestAuthority.ForServers, names: names => names.AddIpAddress(System.Net.IPAddress.Loopback));
        issuer = await TestIssuer.Start(certificate);
        admin = await GuardedAdmin.Start(
            settings => settings with
            {
                OidcIssuer = issuer.Issuer,
                OidcAudience = TestIssuer.Audience,
                OidcRoles = RoleRule.ReadAll("admin=groups:platform, operator=groups:team-*, viewer=sub:watcher"),
                OidcCaFile = authority.RootFile,
            },
            time);
    }

    public async ValueTask DisposeAsync()
    {
        await admin.DisposeAsync();
        await issuer.DisposeAsync();
        authority.Dispose();
    }

    [Fact]
    public async Task A_claim_decides_the_role_and_the_subject_is_who_wrote()
    {
        Assert.Equal("admin", await Role(issuer.Rs256(issuer.Claims())));
        Assert.Equal("operator", await Role(issuer.Es256(issuer.Claims("bob", "team-a"))));
        Assert.Equal("viewer", await Role(issuer.Rs256(issuer.Claims("watcher", "none"))));
        string token = issuer.Rs256(issuer.Claims());
        (await admin.Send("PUT", "/services/a", token, """{"host":"a.test"}""")).Expect(200);
        string author = (await admin.Send("GET", "/commits/1", token)).Expect(200).Json.GetProperty("author").GetRawText();
        Assert.Equal($$"""{"name":"alice","address":"127.0.0.1","credential":"oidc {{issuer.Issuer}}"}""", author);
        Assert.Equal(1, issuer.Reads);
    }

    [Fact]
    public async Task What_does_not_hold_is_refused()
    {
        // So that the keys are known, and a refusal has no other cause.
        Assert.Equal("admin", await Role(issuer.Rs256(issuer.Claims())));
        byte[] rsa = issuer.Rsa.ExportSubjectPublicKeyInfo();
        byte[] pem = Encoding.ASCII.GetBytes(issuer.Rsa.ExportSubjectPublicKeyInfoPem());
        byte[] modulus = issuer.Rsa.ExportParameters(false).Modulus!;
        using RSA stranger = RSA.Create(2048);
        string valid = issuer.Rs256(issuer.Claims());
        Dictionary<string, string> tokens = new()
        {
            ["alg none"] = TestIssuer.Token("none", issuer.KeyId, issuer.Claims(), _ => []),
            ["alg none without a key id"] = TestIssuer.Token("none", null, issuer.Claims(), _ => []),
            ["alg None"] = TestIssuer.Token("None", issuer.KeyId, issuer.Claims(), _ => []),
            ["no signature"] = valid[..(valid.LastIndexOf('.') + 1)],
            ["HS256 with the public key"] = TestIssuer.Token("HS256", issuer.KeyId, issuer.Claims(), input => HMACSHA256.HashData(rsa, input)),
            ["HS256 with the public key as PEM"] = TestIssuer.Token("HS256", issuer.KeyId, issuer.Claims(), input => HMACSHA256.HashData(pem, input)),
            ["HS256 with the modulus"] = TestIssuer.Token("HS256", issuer.KeyId, issuer.Claims(), input => HMACSHA256.HashData(modulus, input)),
            ["HS256 with a published key"] = TestIssuer.Token("HS256", "oct-1", issuer.Claims(), input => HMACSHA256.HashData("a-key-that-everybody-can-read-000"u8, input)),
            ["another's signature"] = TestIssuer.Token("RS256", issuer.KeyId, issuer.Claims(), input => stranger.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
            ["a key in its own header"] = TestIssuer.Token(
                "RS256", issuer.KeyId, issuer.Claims(), input => stranger.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
                new JsonObject { ["jku"] = "https://attacker.example/keys" }),
            ["SHA-1"] = TestIssuer.Token("RS1", issuer.KeyId, issuer.Claims(), input => issuer.Rsa.SignData(input, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1)),
            ["an unknown key"] = issuer.Rs256(issuer.Claims(), "rsa-9"),
            ["no key id"] = TestIssuer.Token("RS256", null, issuer.Claims(), input => issuer.Rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
            ["something critical"] = TestIssuer.Token(
                "RS256", issuer.KeyId, issuer.Claims(), input => issuer.Rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), new JsonObject { ["crit"] = new JsonArray("x") }),
            ["expired"] = issuer.Rs256(With("exp", DateTimeOffset.UtcNow.AddMinutes(-2).ToUnixTimeSeconds())),
            ["never expires"] = issuer.Rs256(With("exp", null)),
            ["not yet"] = issuer.Rs256(With("nbf", DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds())),
            ["another audience"] = issuer.Rs256(With("aud", "shop")),
            ["audience with a slash"] = issuer.Rs256(With("aud", $"{TestIssuer.Audience}/")),
            ["no audience"] = issuer.Rs256(With("aud", null)),
            ["another issuer"] = issuer.Rs256(With("iss", "https://attacker.example")),
            ["no issuer"] = issuer.Rs256(With("iss", null)),
            ["no subject"] = issuer.Rs256(With("sub", null)),
            ["no role"] = issuer.Rs256(issuer.Claims("bob", "visitors")),
            ["changed"] = string.Join('.', valid.Split('.')[0], issuer.Rs256(issuer.Claims("mallory")).Split('.')[1], valid.Split('.')[2]),
            ["garbage"] = "a.b.c",
            ["empty parts"] = "..",
            ["too long"] = issuer.Rs256(With("more", new string('x', 20_000))),
        };
        List<string> accepted = [];
        foreach ((string what, string token) in tokens)
        {
            Reply reply = await admin.Send("GET", "/access/self", token);
            if ((int)reply.Status is not (401 or 429))
            {
                accepted.Add($"{what}: {reply.Status} {reply.Text}");
            }
        }

        Assert.Empty(accepted);
        Assert.Equal("admin", await Role(valid));

        // Unknown keys do not make the issuer be asked again and again.
        Assert.Equal(1, issuer.Reads);
    }

    [Fact]
    public async Task A_new_key_is_found_and_an_old_one_counts_no_more()
    {
        string old = issuer.Rs256(issuer.Claims());
        Assert.Equal("admin", await Role(old));
        issuer.KeyId = "rsa-2";
        string token = issuer.Rs256(issuer.Claims());
        (await admin.Send("GET", "/access/self", token)).Expect(401);
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("admin", await Role(token));
        (await admin.Send("GET", "/access/self", old)).Expect(401);
    }

    [Fact]
    public async Task While_the_issuer_is_away_known_keys_count_and_others_do_not()
    {
        string token = issuer.Rs256(issuer.Claims());
        Assert.Equal("admin", await Role(token));
        issuer.ClaimedIssuer = "https://elsewhere.example";
        time.Advance(TimeSpan.FromHours(2));
        Assert.Equal("admin", await Role(token));
        time.Advance(TimeSpan.FromHours(24));
        (await admin.Send("GET", "/access/self", token)).Expect(401);
    }

    [Fact]
    public async Task A_document_of_keys_has_a_bound()
    {
        issuer.Padding = 300 * 1024;
        (await admin.Send("GET", "/access/self", issuer.Rs256(issuer.Claims()))).Expect(401);
        Assert.Equal(1, issuer.Reads);
        issuer.Padding = 0;
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("admin", await Role(issuer.Rs256(issuer.Claims())));
    }

    private async Task<string?> Role(string token) => (await admin.Send("GET", "/access/self", token)).Expect(200).String("role");

    private JsonObject With(string claim, JsonNode? value)
    {
        JsonObject claims = issuer.Claims();
        claims.Remove(claim);
        if (value is not null)
        {
            claims[claim] = value;
        }

        return claims;
    }
}
