using System.Net.Security;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Mesh.Silo.Admin.Access.Oidc;

/// <summary>
/// The signing keys of an issuer, read from where its discovery document says. They are kept for an hour and read anew when a key
/// is unknown, at most every ten seconds however many tokens ask; while the issuer is away the last ones count for a day.
/// </summary>
internal sealed class OidcKeys : IDisposable
{
    private const int MaxDocumentBytes = 256 * 1024;
    private const int MaxKeys = 100;
    private const int MinRsaBits = 2048;

    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Freshness = TimeSpan.FromHours(1);
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly HttpClient http;
    private readonly string issuer;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly Lock gate = new();
    private Task? fetching;
    private DateTimeOffset askedAt = DateTimeOffset.MinValue;
    private (SecurityKey[] Keys, DateTimeOffset At) known = ([], DateTimeOffset.MinValue);

    /// <param name="tls">Whom the issuer's certificate is checked by; null: the system's authorities.</param>
    public OidcKeys(string issuer, SslClientAuthenticationOptions? tls, TimeProvider time, ILogger log)
    {
        this.issuer = issuer;
        this.time = time;
        this.log = log;
        SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = FetchTimeout };
        if (tls is not null)
        {
            handler.SslOptions = tls;
        }

        http = new HttpClient(handler) { Timeout = FetchTimeout, MaxResponseContentBufferSize = MaxDocumentBytes };
    }

    /// <returns>Empty when the issuer has no such key, as far as is known.</returns>
    public async Task<SecurityKey[]> Find(string id)
    {
        SecurityKey[] found = Matching(id, Freshness);
        if (found.Length == 0 && Refresh() is { } fetch)
        {
            await fetch;
        }

        return found.Length > 0 ? found : Matching(id, MaxAge);
    }

    public void Dispose() => http.Dispose();

    private SecurityKey[] Matching(string id, TimeSpan age)
    {
        lock (gate)
        {
            return known.Keys.Length > 0 && time.GetUtcNow() - known.At < age ? [.. known.Keys.Where(key => key.KeyId == id)] : [];
        }
    }

    /// <summary>The reading under way, or a new one; null when the last began too short ago.</summary>
    private Task? Refresh()
    {
        lock (gate)
        {
            if (fetching is { IsCompleted: false })
            {
                return fetching;
            }

            DateTimeOffset now = time.GetUtcNow();
            if (askedAt > now - Pause)
            {
                return null;
            }

            askedAt = now;
            return fetching = Fetch();
        }
    }

    private async Task Fetch()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            using JsonDocument discovery = JsonDocument.Parse(await http.GetByteArrayAsync(new Uri($"{issuer.TrimEnd('/')}/.well-known/openid-configuration")));
            if (Text(discovery, "issuer") != issuer)
            {
                throw new InvalidDataException("its discovery document names another issuer");
            }

            if (!Uri.TryCreate(Text(discovery, "jwks_uri"), UriKind.Absolute, out Uri? address) || address.Scheme != Uri.UriSchemeHttps)
            {
                throw new InvalidDataException("its discovery document names no https jwks_uri");
            }

            SecurityKey[] keys = Read(await http.GetStringAsync(address));
            lock (gate)
            {
                known = (keys, time.GetUtcNow());
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or JsonException or InvalidDataException or IOException or ArgumentException or InvalidOperationException)
        {
            log.LogWarning("The signing keys of {Issuer} cannot be read: {Reason}", issuer, failure.Message);
        }
    }

    /// <summary>Public keys only: what signs and what checks must not be the same.</summary>
    private static SecurityKey[] Read(string document) =>
    [
        .. new JsonWebKeySet(document).Keys
            .Take(MaxKeys)
            .Where(key => key is { Kid.Length: > 0, Use: null or "sig" } && (key.Kty == JsonWebAlgorithmsKeyTypes.EllipticCurve || (key.Kty == JsonWebAlgorithmsKeyTypes.RSA && key.KeySize >= MinRsaBits))),
    ];

    private static string? Text(JsonDocument document, string member) =>
        document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(member, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
