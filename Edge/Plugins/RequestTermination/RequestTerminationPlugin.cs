using System.Text;
using Mesh.Abstractions.Schemas;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins.Fields;

namespace Mesh.Edge.Plugins.RequestTermination;

/// <summary>Answers in the upstream's place.</summary>
internal sealed class RequestTerminationPlugin : IPlugin
{
    private const string DefaultContentType = "text/plain";

    public PluginSchema Schema => RequestTerminationSettings.Schema;

    public RequestStep Build(PluginInstance instance, RequestStep next)
    {
        RequestTerminationSettings settings = instance.Read<RequestTerminationSettings>();
        RequestStep answer = Answering(settings);
        return settings.Trigger is { } trigger
            ? exchange => IsTriggered(exchange, trigger) ? answer(exchange) : next(exchange)
            : answer;
    }

    private static RequestStep Answering(RequestTerminationSettings settings)
    {
        int status = settings.StatusCode;
        string? message = settings.Message ?? DefaultMessage(status);
        if (settings.Echo)
        {
            return exchange => RequestEcho.Answer(exchange, status, message);
        }

        if (settings.Body is { } text)
        {
            byte[] body = Encoding.UTF8.GetBytes(text);
            string contentType = settings.ContentType ?? DefaultContentType;
            return exchange => Answer.Raw(exchange, status, contentType, body);
        }

        return message is null
            ? exchange => Answer.Raw(exchange, status, null, ReadOnlyMemory<byte>.Empty)
            : exchange => Answer.Json(exchange, status, message);
    }

    private static bool IsTriggered(Exchange exchange, string trigger) =>
        exchange.Http.Request.Headers.ContainsKey(trigger)
        || (exchange.UpstreamQuery.Length > 1 && Arguments.Parse(exchange.UpstreamQuery.AsSpan(1))?.Values(trigger).Count > 0);

    private static string? DefaultMessage(int status) => status switch
    {
        401 => "Unauthorized",
        404 => "Not found",
        405 => "Method not allowed",
        500 => "An unexpected error occurred",
        502 => "Bad Gateway",
        503 => "Service unavailable",
        _ => null,
    };
}
