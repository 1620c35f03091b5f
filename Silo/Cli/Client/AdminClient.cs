using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Mesh.Silo.Admin.Access;
using Mesh.Silo.Settings;

namespace Mesh.Silo.Cli.Client;

/// <summary>Asks an Admin API. What stands between the verb and an answer becomes one clear line.</summary>
internal sealed class AdminClient : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>What is asked by when it is a socket that is connected to.</summary>
    private static readonly Uri LocalHost = new("http://localhost/");

    private readonly HttpClient http;
    private readonly Uri address;
    private readonly TimeSpan timeout;

    /// <param name="timeout">For one answer, from the first byte sent to the last one read.</param>
    /// <exception cref="ClientFailure">The authority's or the token's file cannot be read.</exception>
    public AdminClient(ClientSettings settings, TimeSpan timeout)
    {
        this.timeout = timeout;
        bool isSocket = settings.AdminUrl.Scheme == AdminUrl.UnixScheme;
        address = isSocket ? LocalHost : new Uri(settings.AdminUrl.AbsoluteUri.TrimEnd('/') + "/");
        SocketsHttpHandler handler = new() { AllowAutoRedirect = false, ConnectTimeout = ConnectTimeout, UseCookies = false };
        if (isSocket)
        {
            handler.ConnectCallback = (_, cancel) => AdminUrl.Connect(settings.AdminUrl, cancel);
        }

        if (settings.CaFile is { } file)
        {
            handler.SslOptions.CertificateChainPolicy = Trust(file);
        }

        if (settings.CertificateFile is { } certificate)
        {
            handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(Certificate(certificate, settings.KeyFile), additionalCertificates: null, offline: true);
        }

        http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        if (Token(settings) is { } token)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    private static string? Token(ClientSettings settings)
    {
        if (settings.Token is not null || settings.TokenFile is not { } file)
        {
            return settings.Token;
        }

        try
        {
            return AdminTokenFile.Read(file) ?? throw new ClientFailure($"MESH_ADMIN_TOKEN_FILE={file} holds no token");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ClientFailure($"MESH_ADMIN_TOKEN_FILE={file}: {failure.Message}", failure);
        }
    }

    public Task<AdminReply> Get(string path, CancellationToken cancel) => Send(HttpMethod.Get, path, body: null, [], cancel);

    /// <param name="path">Path and query without the leading slash.</param>
    public Task<AdminReply> Send(HttpMethod method, string path, HttpContent? body, IReadOnlyList<(string Name, string Value)> headers, CancellationToken cancel) =>
        Exchange(method, path, body, headers, Read, cancel);

    /// <summary>Copies the body of an answer with status 200; other answers are given back as such.</summary>
    public Task<AdminReply> Download(string path, Stream target, CancellationToken cancel) =>
        Exchange(HttpMethod.Get, path, body: null, [], async (response, limit) =>
        {
            if (!response.IsSuccessStatusCode)
            {
                return await Read(response, limit);
            }

            await response.Content.CopyToAsync(target, limit);
            return Reply(response, default);
        }, cancel);

    public void Dispose() => http.Dispose();

    private static X509Certificate2 Certificate(string file, string? keyFile)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(file, keyFile);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new ClientFailure($"MESH_ADMIN_CERT={file} and MESH_ADMIN_KEY cannot be used: {failure.Message}", failure);
        }
    }

    private static X509ChainPolicy Trust(string file)
    {
        try
        {
            X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(file);
            return policy;
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ClientFailure($"{file} holds no certificates: {failure.Message}", failure);
        }
    }

    private static async Task<AdminReply> Read(HttpResponseMessage response, CancellationToken cancel)
    {
        await using Stream stream = await response.Content.ReadAsStreamAsync(cancel);
        byte[] body = await ReadAll(stream, cancel);
        if (body.Length == 0)
        {
            return Reply(response, default);
        }

        using JsonDocument document = JsonDocument.Parse(body);
        return Reply(response, document.RootElement.Clone());
    }

    private static async Task<byte[]> ReadAll(Stream stream, CancellationToken cancel)
    {
        using MemoryStream all = new();
        await stream.CopyToAsync(all, cancel);
        return all.ToArray();
    }

    private static AdminReply Reply(HttpResponseMessage response, JsonElement body) =>
        new((int)response.StatusCode, body, Number(response, "X-Mesh-Revision"), Header(response, "X-Mesh-Edges"));

    private static long? Number(HttpResponseMessage response, string name) =>
        long.TryParse(Header(response, name), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.First() : null;

    private async Task<AdminReply> Exchange(
        HttpMethod method,
        string path,
        HttpContent? body,
        IReadOnlyList<(string Name, string Value)> headers,
        Func<HttpResponseMessage, CancellationToken, Task<AdminReply>> read,
        CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(timeout);
        try
        {
            using HttpRequestMessage request = new(method, new Uri(address, path)) { Content = body };
            foreach ((string name, string value) in headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            AdminReply reply = await read(response, limit.Token);
            return reply.Status == StatusCodes.Status401Unauthorized
                ? throw new ClientFailure($"{address} asks for a credential that counts: set MESH_ADMIN_TOKEN (--token), or MESH_ADMIN_CERT and MESH_ADMIN_KEY")
                : reply;
        }
        catch (JsonException failure)
        {
            throw new ClientFailure($"{address} is no Admin API: it does not answer with JSON (MESH_ADMIN_URL)", failure);
        }
        catch (HttpRequestException failure)
        {
            throw new ClientFailure($"{address} cannot be asked: {Innermost(failure)} (MESH_ADMIN_URL)", failure);
        }
        catch (IOException failure)
        {
            throw new ClientFailure($"{address} broke off: {failure.Message}", failure);
        }
        catch (OperationCanceledException failure) when (!cancel.IsCancellationRequested)
        {
            throw new ClientFailure($"{address} has not answered within {timeout.TotalSeconds:0} s; what was asked may still happen", failure);
        }
    }

    private static string Innermost(Exception failure)
    {
        while (failure.InnerException is { } inner)
        {
            failure = inner;
        }

        return failure.Message;
    }
}
