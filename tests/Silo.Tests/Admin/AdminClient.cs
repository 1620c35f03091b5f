using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Mesh.Silo.Tests.Admin;

/// <summary>Speaks to an Admin API over HTTP.</summary>
public sealed class AdminClient(Uri address) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = address };

    public Uri Address { get; } = address;

    public Task<Reply> Get(string path) => Send(HttpMethod.Get, path);

    public Task<Reply> Delete(string path) => Send(HttpMethod.Delete, path);

    public Task<Reply> Post(string path, string json) => Json(HttpMethod.Post, path, json);

    public Task<Reply> Put(string path, string json) => Json(HttpMethod.Put, path, json);

    public Task<Reply> Patch(string path, string json) => Json(HttpMethod.Patch, path, json);

    public Task<Reply> Json(HttpMethod method, string path, string json) => Send(method, path, Encoding.UTF8.GetBytes(json), "application/json");

    public async Task<Reply> Send(HttpMethod method, string path, byte[]? body = null, string? type = null, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            if (type is not null)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            }
        }

        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using HttpResponseMessage response = await http.SendAsync(request);
        return new Reply(response.StatusCode, await response.Content.ReadAsByteArrayAsync(), response.Headers, response.Content.Headers);
    }

    public async Task<long> Revision() => (await Get("/status")).Revision;

    public void Dispose() => http.Dispose();
}

public sealed record Reply(HttpStatusCode Status, byte[] Body, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonElement.Parse(Body);

    public long Revision => long.Parse(Header("X-Mesh-Revision")!);

    public string? Header(string name) => Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(", ", values) : null;

    public string? String(string member) => Json.GetProperty(member).GetString();

    /// <summary>Fails with the body when the status is another one.</summary>
    public Reply Expect(int status)
    {
        Assert.True((int)Status == status, $"expected {status}, got {(int)Status}: {Text}{((int)Status == 500 ? $"\n{FailureNotes.All}" : "")}");
        return this;
    }
}
