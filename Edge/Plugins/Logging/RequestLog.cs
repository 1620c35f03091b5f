using Mesh.Abstractions.Entities;
using Mesh.Edge.Balancing;
using Mesh.Edge.Pipeline;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Mesh.Edge.Plugins.Logging;

/// <summary>
/// What log plugins are told of an exchange, as Kong's <c>kong.log.serialize()</c>: taken down when the answer has ended,
/// written out later by whoever sends it.
/// </summary>
internal sealed class RequestLog : ILogRecord
{
    /// <summary>Kong's number of headers and of arguments that plugins see.</summary>
    public const int MaxEntries = 100;

    private const string Redacted = "REDACTED";
    private ReadOnlyMemory<byte> json;

    private RequestLog()
    {
    }

    public required string RequestId { get; init; }
    public required string Uri { get; init; }
    public required string Url { get; init; }

    /// <summary>Without its <c>?</c>.</summary>
    public required string Query { get; init; }
    public required string Method { get; init; }
    public required KeyValuePair<string, StringValues>[] RequestHeaders { get; init; }
    public required long RequestBytes { get; init; }
    public string? TlsVersion { get; init; }
    public string? TlsCipher { get; init; }
    public required string UpstreamUri { get; init; }
    public required string UpstreamStatus { get; init; }
    public required int Status { get; init; }
    public required KeyValuePair<string, StringValues>[] ResponseHeaders { get; init; }
    public required long ResponseBytes { get; init; }
    public required Latencies Latencies { get; init; }

    /// <summary>Targets tried, the last of them last; null when the request had no service.</summary>
    public required IReadOnlyList<LoggedTry>? Tries { get; init; }
    public Guid? Credential { get; init; }
    public Consumer? Consumer { get; init; }
    public Route? Route { get; init; }
    public Service? Service { get; init; }
    public required string ClientIp { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long StartedAt { get; init; }
    public required bool FromUpstream { get; init; }
    public required string Workspace { get; init; }

    /// <summary>One JSON object in UTF-8 without a line break. Written on first use; two threads may both write it, to the same bytes.</summary>
    public ReadOnlyMemory<byte> Json => json.IsEmpty ? json = RequestLogJson.Write(this) : json;

    /// <summary>The record of an exchange whose answer has ended; taken once, whoever asks.</summary>
    public static RequestLog Of(Exchange exchange) => exchange.Record ??= Take(exchange);

    private static RequestLog Take(Exchange exchange)
    {
        HttpRequest request = exchange.Http.Request;
        string target = exchange.Http.Features.Get<IHttpRequestFeature>()?.RawTarget is ['/', ..] raw
            ? raw
            : exchange.RawPath + request.QueryString.Value;
        ITlsHandshakeFeature? tls = exchange.Connection.Secure ? exchange.Http.Features.Get<ITlsHandshakeFeature>() : null;
        long startedAt = (exchange.Time.GetUtcNow() - exchange.Time.GetElapsedTime(exchange.StartedAt)).ToUnixTimeMilliseconds();
        return new RequestLog
        {
            RequestId = exchange.RequestId,
            Uri = target,
            Url = $"{exchange.ClientScheme}://{exchange.Host}:{exchange.Port}{target}",
            Query = exchange.UpstreamQuery is ['?', ..] query ? query[1..] : "",
            Method = request.Method,
            RequestHeaders = Copy(request.Headers),
            RequestBytes = MessageSize.OfRequest(exchange),
            TlsVersion = tls is null ? null : Version(tls),
            TlsCipher = tls?.NegotiatedCipherSuite?.ToString(),
            UpstreamUri = exchange.Route is null ? "" : exchange.UpstreamPath + exchange.UpstreamQuery,
            UpstreamStatus = UpstreamStatuses(exchange),
            Status = exchange.Http.Response.StatusCode,
            ResponseHeaders = Copy(exchange.Http.Response.Headers),
            ResponseBytes = MessageSize.OfResponse(exchange),
            Latencies = Latencies.Of(exchange),
            Tries = exchange.Service is null ? null : LoggedTry.Of(exchange, startedAt),
            Credential = exchange.Credential,
            Consumer = exchange.Consumer,
            Route = exchange.Route,
            Service = exchange.Service,
            ClientIp = exchange.ClientAddress.ToString(),
            StartedAt = startedAt,
            FromUpstream = exchange.FromUpstream,
            Workspace = exchange.Settings.Workspace,
        };
    }

    /// <summary>As nginx's variable of this name: one status per try.</summary>
    private static string UpstreamStatuses(Exchange exchange)
    {
        if (exchange.TargetAddress is null)
        {
            return "";
        }

        int last = exchange.FromUpstream ? exchange.Http.Response.StatusCode : StatusCodes.Status502BadGateway;
        IReadOnlyList<TargetAddress> failed = exchange.FailedTargets ?? [];
        return string.Concat(Enumerable.Repeat("502, ", failed.Count)) + last.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string Version(ITlsHandshakeFeature tls) => tls.Protocol switch
    {
        System.Security.Authentication.SslProtocols.Tls13 => "TLSv1.3",
        System.Security.Authentication.SslProtocols.Tls12 => "TLSv1.2",
        var other => other.ToString(),
    };

    private static KeyValuePair<string, StringValues>[] Copy(IHeaderDictionary headers)
    {
        var copy = new KeyValuePair<string, StringValues>[Math.Min(headers.Count, MaxEntries)];
        int count = 0;
        foreach ((string name, StringValues values) in headers)
        {
            if (count == copy.Length)
            {
                break;
            }

            bool secret = name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) || name.Equals("Proxy-Authorization", StringComparison.OrdinalIgnoreCase);
            copy[count++] = new(name, secret ? Redacted : values);
        }

        return count == copy.Length ? copy : copy[..count];
    }
}
