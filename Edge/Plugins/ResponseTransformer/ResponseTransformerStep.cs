using Mesh.Edge.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Mesh.Edge.Plugins.ResponseTransformer;

internal sealed class ResponseTransformerStep
{
    private readonly RequestStep next;
    private readonly HeaderChanges headers;
    private readonly JsonChanges json;
    private readonly Action<Exchange> change;
    private readonly Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> changeBody;

    /// <exception cref="FormatException">A change would break the message's framing.</exception>
    public ResponseTransformerStep(ResponseTransformerSettings settings, RequestStep next)
    {
        this.next = next;
        headers = new HeaderChanges(settings);
        json = new JsonChanges(settings);
        change = Change;
        changeBody = json.Apply;
    }

    public ValueTask Run(Exchange exchange)
    {
        exchange.OnResponseHeaders(change);
        return next(exchange);
    }

    private void Change(Exchange exchange)
    {
        // The upstream's word on its body counts, not what the headers are changed to.
        HttpResponse response = exchange.Http.Response;
        bool changesBody = !json.IsEmpty && IsJson(response.Headers.ContentType) && IsWholeAndPlain(response);
        headers.Apply(response.Headers);
        if (!changesBody)
        {
            return;
        }

        if (HttpMethods.IsHead(exchange.Http.Request.Method))
        {
            // The length of the body that a GET would get is not known without it.
            response.ContentLength = null;
            return;
        }

        exchange.OnResponseBody(changeBody);
    }

    /// <summary>A part of a body or a compressed one cannot be read as JSON: it goes through as it comes, without being held.</summary>
    private static bool IsWholeAndPlain(HttpResponse response) =>
        response.StatusCode is not (StatusCodes.Status206PartialContent or StatusCodes.Status101SwitchingProtocols)
        && (response.Headers.ContentEncoding.Count == 0
            || response.Headers.ContentEncoding.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase));

    /// <summary><c>application/json</c> or <c>application/…+json</c>, in any of the listed types.</summary>
    private static bool IsJson(StringValues contentType)
    {
        foreach (string type in contentType.ToString().Split(','))
        {
            if (MediaTypeHeaderValue.TryParse(type, out MediaTypeHeaderValue? media)
                && media.Type.Equals("application", StringComparison.OrdinalIgnoreCase)
                && (media.SubType.Equals("json", StringComparison.OrdinalIgnoreCase) || media.SubType.EndsWith("+json", StringComparison.OrdinalIgnoreCase)))
            {
                return true;
            }
        }

        return false;
    }
}
