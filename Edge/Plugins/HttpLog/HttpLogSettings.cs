using System.Text.Json.Nodes;
using Mesh.Abstractions.Schemas;
using Mesh.Edge.Plugins.Logging;

namespace Mesh.Edge.Plugins.HttpLog;

internal sealed record HttpLogSettings
{
    /// <summary>Kong's old defaults: a deprecated field with such a value says nothing.</summary>
    private const int OldQueueSize = 1;
    private const double OldFlushTimeout = 2;

    private static readonly string[] OwnHeaders = ["Host", "Content-Length", "Content-Type"];

    public static PluginSchema Schema { get; } = new()
    {
        Name = "http-log",
        Version = ConfigFields.Version,
        Priority = 12,
        Protocols = ConfigFields.AllProtocols,
        DefaultProtocols = ConfigFields.HttpProtocols,
        Config =
        [
            Field.String("http_endpoint") with
            {
                Required = true,
                Secret = true,
                Referenceable = true,
                Check = value => UrlProblem((string?)value),
                Description = "URL that records are sent to; user and password in it become an Authorization header.",
            },
            Field.String("method") with { Default = "\"POST\"", OneOf = ["POST", "PUT", "PATCH"], Description = "Method of the requests." },
            Field.String("content_type") with
            {
                Default = "\"application/json\"",
                OneOf = ["application/json", "application/json; charset=utf-8"],
                Description = "Content-Type of the requests.",
            },
            Field.Number("timeout") with { Default = "10000", Description = "Milliseconds for one request." },
            Field.Number("keepalive") with { Default = "60000", Description = "Milliseconds that an idle connection is kept." },
            Field.Integer("retry_count") with { Description = "Deprecated and without effect: use queue.max_retry_time." },
            Field.Integer("queue_size") with { Description = "Deprecated: use queue.max_batch_size, over which it goes unless it is 1." },
            Field.Number("flush_timeout") with { Description = "Deprecated: use queue.max_coalescing_delay, over which it goes unless it is 2." },
            Field.Map("headers", ConfigFields.HeaderName("name") with { Check = value => HeaderProblem((string?)value) }, Field.String("value") with { Referenceable = true }) with
            {
                Description = "Headers of the requests.",
            },
            QueueSettings.Field,
            LuaField.CustomFields,
        ],
        Checks = [new EntityCheck.Custom(CheckCredentials) { Sources = ["config"] }],
    };

    public required string HttpEndpoint { get; init; }
    public required string Method { get; init; }
    public required string ContentType { get; init; }
    public required double Timeout { get; init; }
    public required double Keepalive { get; init; }
    public int? QueueSize { get; init; }
    public double? FlushTimeout { get; init; }
    public Dictionary<string, string>? Headers { get; init; }
    public required QueueSettings Queue { get; init; }

    /// <summary>The queue with what deprecated fields say.</summary>
    public QueueSettings EffectiveQueue => Queue with
    {
        MaxBatchSize = QueueSize is { } size and not OldQueueSize ? Math.Max(1, size) : Queue.MaxBatchSize,
        MaxCoalescingDelay = FlushTimeout is { } delay && delay != OldFlushTimeout ? Math.Max(0, delay) : Queue.MaxCoalescingDelay,
    };

    private static string? UrlProblem(string? url) =>
        !Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) ? (url?.Contains("://", StringComparison.Ordinal) == true ? "missing host in url" : "missing scheme in url")
        : parsed.Scheme != Uri.UriSchemeHttp && parsed.Scheme != Uri.UriSchemeHttps ? "the scheme must be http or https"
        : parsed.Host.Length == 0 ? "missing host in url"
        : null;

    private static string? HeaderProblem(string? name) =>
        OwnHeaders.FirstOrDefault(own => own.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } own
            ? $"cannot contain '{own}' header"
            : ConfigFields.HeaderName("").Check!(JsonValue.Create(name)!);

    private static IEnumerable<(string Field, string Message)> CheckCredentials(JsonObject plugin)
    {
        if (plugin["config"] is JsonObject config
            && config["headers"] is JsonObject headers
            && headers.Any(header => header.Key.Equals("authorization", StringComparison.OrdinalIgnoreCase))
            && Uri.TryCreate((string?)config["http_endpoint"], UriKind.Absolute, out Uri? endpoint)
            && endpoint.UserInfo.Length > 0)
        {
            yield return ("config", "specifying both an 'Authorization' header and user info in 'http_endpoint' is not allowed");
        }
    }
}
