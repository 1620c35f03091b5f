using System.Text;

namespace Mesh.Edge.Plugins.HttpLog;

/// <summary>Where records go and how. Plugins whose targets are equal share one queue, as in Kong.</summary>
internal sealed record HttpLogTarget
{
    public required Uri Endpoint { get; init; }

    /// <summary>Value of the Authorization header that user and password in the endpoint stand for; null for none.</summary>
    public string? Authorization { get; init; }
    public required string Method { get; init; }
    public required string ContentType { get; init; }
    public required TimeSpan Timeout { get; init; }
    public required TimeSpan KeepAlive { get; init; }

    /// <summary>Name and value by turns, by name.</summary>
    public required string Headers { get; init; }
    public required QueueSettings Queue { get; init; }

    /// <exception cref="FormatException">The endpoint, which may come from a vault, is no URL.</exception>
    public static HttpLogTarget Of(HttpLogSettings settings)
    {
        if (!Uri.TryCreate(settings.HttpEndpoint, UriKind.Absolute, out Uri? endpoint) || endpoint.Scheme is not ("http" or "https"))
        {
            // It may be a secret, so it is not quoted.
            throw new FormatException("http_endpoint is not a URL");
        }

        return new HttpLogTarget
        {
            Endpoint = new UriBuilder(endpoint) { UserName = "", Password = "" }.Uri,
            Authorization = endpoint.UserInfo.Length > 0 ? "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(endpoint.UserInfo)) : null,
            Method = settings.Method,
            ContentType = settings.ContentType,
            Timeout = Milliseconds(settings.Timeout),
            KeepAlive = Milliseconds(settings.Keepalive),
            Headers = string.Concat((settings.Headers ?? []).OrderBy(header => header.Key, StringComparer.Ordinal).Select(header => $"{header.Key}\n{HeaderText.Encode(header.Value)}\n")),
            Queue = settings.EffectiveQueue,
        };
    }

    /// <summary>Headers and credentials never show in logs.</summary>
    public override string ToString() => $"{Endpoint.Host}:{Endpoint.Port}";

    private static TimeSpan Milliseconds(double value) => TimeSpan.FromMilliseconds(Math.Clamp(value, 1, int.MaxValue));
}
