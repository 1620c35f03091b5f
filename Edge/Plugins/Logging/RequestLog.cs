using System.Net;
using System.Text.Json;
using Mesh.Edge.Pipeline;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Edge.Plugins.Logging;

/// <summary>What log plugins are told of an exchange whose answer has ended, with the names and shapes of Kong's <c>kong.log.serialize()</c>.</summary>
internal static class RequestLog
{
    /// <summary>Kong's number of headers and of arguments that plugins see.</summary>
    public const int MaxEntries = 100;

    /// <summary>A longer URL is put together on the heap.</summary>
    private const int MaxUrlOnStack = 512;

    /// <summary>Of an IPv6 address with its zone.</summary>
    private const int MaxAddressLength = 65;

    /// <summary>One JSON object in UTF-8 without a line break; good until this thread writes the next record.</summary>
    public static ReadOnlySpan<byte> Write(Exchange exchange)
    {
        Utf8JsonWriter json = LogText.Begin();
        long startedAt = (exchange.Time.GetUtcNow() - exchange.Time.GetElapsedTime(exchange.StartedAt)).ToUnixTimeMilliseconds();
        json.WriteStartObject();
        WriteRequest(json, exchange);
        json.WriteString(LogNames.UpstreamUri, UpstreamUri(exchange));
        LoggedTries.WriteStatuses(json, exchange);
        WriteResponse(json, exchange);
        WriteLatencies(json, Latencies.Of(exchange));
        LoggedTries.Write(json, exchange, startedAt);
        WriteIdentity(json, exchange);
        WriteClient(json, exchange.ClientAddress);
        json.WriteNumber(LogNames.StartedAt, startedAt);
        json.WriteString(LogNames.Source, exchange.FromUpstream ? LogNames.Upstream : LogNames.Kong);
        json.WriteString(LogNames.Workspace, exchange.Settings.Workspace);
        json.WriteString(LogNames.WorkspaceName, exchange.Settings.Workspace);
        json.WriteEndObject();
        return LogText.End();
    }

    private static void WriteRequest(Utf8JsonWriter json, Exchange exchange)
    {
        HttpRequest request = exchange.Http.Request;
        string target = exchange.Http.Features.Get<IHttpRequestFeature>()?.RawTarget is ['/', ..] raw
            ? raw
            : exchange.RawPath + request.QueryString.Value;
        json.WriteStartObject(LogNames.Request);
        json.WriteString(LogNames.Id, exchange.RequestId);
        json.WriteString(LogNames.Uri, target);
        WriteUrl(json, exchange, target);
        LoggedQuery.Write(json, exchange.UpstreamQuery);
        json.WriteString(LogNames.Method, request.Method);
        LoggedHeaders.Write(json, request.Headers);
        json.WriteNumber(LogNames.Size, MessageSize.OfRequest(exchange));
        if (exchange.Connection.Secure && exchange.Http.Features.Get<ITlsHandshakeFeature>() is { } tls)
        {
            LoggedTls.Write(json, Version(tls), tls.NegotiatedCipherSuite?.ToString(), exchange.Connection.ClientCertificate);
        }

        json.WriteEndObject();
    }

    private static void WriteUrl(Utf8JsonWriter json, Exchange exchange, string target)
    {
        Span<char> url = stackalloc char[MaxUrlOnStack];
        if (url.TryWrite($"{exchange.ClientScheme}://{exchange.Host}:{exchange.Port}{target}", out int written))
        {
            json.WriteString(LogNames.Url, url[..written]);
        }
        else
        {
            json.WriteString(LogNames.Url, $"{exchange.ClientScheme}://{exchange.Host}:{exchange.Port}{target}");
        }
    }

    private static void WriteResponse(Utf8JsonWriter json, Exchange exchange)
    {
        json.WriteStartObject(LogNames.Response);
        json.WriteNumber(LogNames.Status, exchange.Http.Response.StatusCode);
        LoggedHeaders.Write(json, exchange.Http.Response.Headers);
        json.WriteNumber(LogNames.Size, MessageSize.OfResponse(exchange));
        json.WriteEndObject();
    }

    private static string UpstreamUri(Exchange exchange) =>
        exchange.Route is null ? ""
        : exchange.UpstreamQuery.Length == 0 ? exchange.UpstreamPath
        : exchange.UpstreamPath + exchange.UpstreamQuery;

    private static void WriteLatencies(Utf8JsonWriter json, in Latencies latencies)
    {
        json.WriteStartObject(LogNames.Latencies);
        json.WriteNumber(LogNames.Kong, (long)latencies.Kong.TotalMilliseconds);
        json.WriteNumber(LogNames.Proxy, latencies.Proxy is { } proxy ? (long)proxy.TotalMilliseconds : -1);
        json.WriteNumber(LogNames.Request, (long)latencies.Request.TotalMilliseconds);
        json.WriteNumber(LogNames.Receive, (long)latencies.Receive.TotalMilliseconds);
        json.WriteEndObject();
    }

    private static void WriteIdentity(Utf8JsonWriter json, Exchange exchange)
    {
        if (exchange.Credential is { } credential)
        {
            json.WriteStartObject("authenticated_entity");
            json.WriteString(LogNames.Id, credential);
            if (exchange.Consumer is { } owner)
            {
                json.WriteString("consumer_id", owner.Id);
            }

            json.WriteEndObject();
        }

        Entity(json, LogNames.Route, exchange.Route is { } route ? EntityText.Of(route) : null);
        Entity(json, LogNames.Service, exchange.Service is { } service ? EntityText.Of(service) : null);
        Entity(json, LogNames.Consumer, exchange.Consumer is { } consumer ? EntityText.Of(consumer) : null);
    }

    private static void Entity(Utf8JsonWriter json, JsonEncodedText name, byte[]? text)
    {
        if (text is not null)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(text, skipInputValidation: true);
        }
    }

    private static void WriteClient(Utf8JsonWriter json, IPAddress address)
    {
        Span<char> text = stackalloc char[MaxAddressLength];
        if (address.TryFormat(text, out int written))
        {
            json.WriteString(LogNames.ClientIp, text[..written]);
        }
        else
        {
            json.WriteString(LogNames.ClientIp, address.ToString());
        }
    }

    private static string Version(ITlsHandshakeFeature tls) => tls.Protocol switch
    {
        System.Security.Authentication.SslProtocols.Tls13 => "TLSv1.3",
        System.Security.Authentication.SslProtocols.Tls12 => "TLSv1.2",
        var other => other.ToString(),
    };
}
