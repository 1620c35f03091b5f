using System.Net.Security;
using System.Security.Claims;
using Mesh.Silo.Hosting;
using Mesh.Silo.Settings;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Mesh.Silo.Admin.Access.Oidc;

/// <summary>
/// Bearer tokens of an OpenID Connect issuer (RFC 7519, RFC 8725): signed by one of its public keys with an asymmetric algorithm,
/// for this audience, not expired; a claim decides the role.
/// </summary>
internal sealed class OidcTokens : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const int MaxCharacters = 16 * 1024;
    private const int MaxNameLength = 256;

    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private readonly AdminSettings settings;
    private readonly OidcKeys keys;
    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MaxCharacters };

    private OidcTokens(AdminSettings settings, OidcKeys keys)
    {
        this.settings = settings;
        this.keys = keys;
    }

    /// <returns>Null when no issuer is named.</returns>
    /// <exception cref="StartRefusedException">The file of the issuer's authority cannot be used.</exception>
    public static OidcTokens? Of(AdminSettings settings, TimeProvider time, ILoggerFactory logging)
    {
        if (settings.OidcIssuer is not { } issuer)
        {
            return null;
        }

        SslClientAuthenticationOptions? tls = settings.OidcCaFile is { } file
            ? new SslClientAuthenticationOptions { CertificateChainPolicy = PemAuthorities.Load("MESH_ADMIN_OIDC_CA", file, ServerAuthentication) }
            : null;
        return new OidcTokens(settings, new OidcKeys(issuer, tls, time, logging.CreateLogger<OidcKeys>()));
    }

    /// <summary>Whether a text has the form of a signed token.</summary>
    public static bool IsToken(string text) => text.AsSpan().Count('.') == 2;

    public async Task<Identification> Identify(string text, AdminPeer peer)
    {
        if (Read(text) is not { Kid.Length: > 0 } token || token.TryGetHeaderValue("crit", out object? _))
        {
            return Identification.Unknown("an OIDC token that cannot be read, or without a key id");
        }

        SecurityKey[] found = await keys.Find(token.Kid);
        if (found.Length == 0)
        {
            return Identification.Unknown("an OIDC token whose signing key the issuer does not have");
        }

        TokenValidationResult result = await handler.ValidateTokenAsync(text, Rules(found));
        return result is { IsValid: true, SecurityToken: JsonWebToken valid }
            ? Caller(valid, peer)
            : Identification.Unknown($"an OIDC token that does not hold ({result.Exception?.GetType().Name})");
    }

    public void Dispose() => keys.Dispose();

    private static JsonWebToken? Read(string text)
    {
        if (text.Length > MaxCharacters)
        {
            return null;
        }

        try
        {
            return new JsonWebToken(text);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private TokenValidationParameters Rules(SecurityKey[] found) => new()
    {
        ValidIssuer = settings.OidcIssuer,
        ValidAudience = settings.OidcAudience,
        IssuerSigningKeys = found,
        TryAllIssuerSigningKeys = false,
        ValidAlgorithms = Algorithms,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        RequireAudience = true,
        IgnoreTrailingSlashWhenValidatingAudience = false,
        ClockSkew = ClockSkew,
    };

    private Identification Caller(JsonWebToken token, AdminPeer peer)
    {
        if (token.Subject is not { Length: > 0 and <= MaxNameLength } subject || subject.Any(char.IsControl))
        {
            return Identification.Unknown("an OIDC token without a subject");
        }

        foreach (RoleRule rule in settings.OidcRoles)
        {
            if (token.Claims.Any(claim => Fits(rule, claim)))
            {
                return Identification.Of(new Caller(subject, rule.Role, $"oidc {settings.OidcIssuer}", peer));
            }
        }

        return Identification.Unknown("an OIDC token whose claims give no role");
    }

    /// <summary>Rules name a claim and its value, as <c>groups:platform</c>.</summary>
    private static bool Fits(RoleRule rule, Claim claim) => rule.Fits($"{claim.Type}:{claim.Value}");
}
