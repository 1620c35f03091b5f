using System.Text;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins.Fields;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Plugins.RequestTransformer;

internal sealed class RequestTransformerStep
{
    private const string FormType = "application/x-www-form-urlencoded";
    private readonly RequestStep next;
    private readonly string? method;
    private readonly Template? uri;
    private readonly TransformRules headers;
    private readonly TransformRules query;
    private readonly TransformRules body;
    private readonly bool dotsInKeys;

    /// <exception cref="FormatException">A template is not understood, or a rule would break the message's framing.</exception>
    public RequestTransformerStep(RequestTransformerSettings settings, RequestStep next)
    {
        this.next = next;
        method = settings.HttpMethod;
        uri = settings.Replace.Uri is { Length: > 0 } text ? Template.Parse(text) : null;
        headers = TransformRules.Of(settings, change => change.Headers);
        query = TransformRules.Of(settings, change => change.Query);
        body = TransformRules.Of(settings, change => change.Body);
        dotsInKeys = settings.DotsInKeys;
        if (headers.Names.FirstOrDefault(HeaderFields.IsFraming) is { } framing)
        {
            throw new FormatException($"header '{framing}' frames the message and is the edge's own");
        }
    }

    public ValueTask Run(Exchange exchange)
    {
        // All values come from the request as it was before this plugin.
        string[] headerValues = headers.Render(exchange);
        string[] queryValues = query.Render(exchange);
        string[] bodyValues = body.Render(exchange);
        if (uri is not null)
        {
            if (!UpstreamPathText.TryEncode(uri.Render(exchange), out string path))
            {
                return Answer.Error(exchange, StatusCodes.Status400BadRequest, "Bad request");
            }

            exchange.UpstreamPath = path;
        }

        if (!headers.IsEmpty)
        {
            headers.Apply(new HeaderFields(exchange), headerValues);
        }

        return ReadsBody(exchange) ? RunWithBody(exchange, queryValues, bodyValues) : Finish(exchange, queryValues);
    }

    private bool ReadsBody(Exchange exchange) => !body.IsEmpty || MovesFormToQuery(exchange);

    private async ValueTask RunWithBody(Exchange exchange, string[] queryValues, string[] bodyValues)
    {
        if (await RequestBody.Read(exchange) is not { } bytes)
        {
            // Letting it through unchanged would let a client choose whether the rules hold.
            await Answer.Error(exchange, StatusCodes.Status413PayloadTooLarge, "Payload too large");
            return;
        }

        if (MovesFormToQuery(exchange) && !TryMoveFormToQuery(exchange, bytes))
        {
            await Answer.Error(exchange, StatusCodes.Status400BadRequest, "Bad request");
            return;
        }

        if (!body.IsEmpty && await RequestBody.Parse(exchange, bytes, dotsInKeys) is { } fields)
        {
            body.Apply(fields, bodyValues);
            if (fields.Changed)
            {
                RequestBody.Replace(exchange, fields.ToBytes());
            }
        }

        await Finish(exchange, queryValues);
    }

    private ValueTask Finish(Exchange exchange, string[] queryValues)
    {
        if (method is not null)
        {
            exchange.Http.Request.Method = method;
        }

        if (!query.IsEmpty)
        {
            if (Arguments.Parse(exchange.UpstreamQuery.AsSpan().TrimStart('?')) is not { } arguments)
            {
                return Answer.Error(exchange, StatusCodes.Status400BadRequest, "Bad request");
            }

            query.Apply(arguments, queryValues);
            if (arguments.Changed)
            {
                exchange.UpstreamQuery = arguments.ToQuery();
            }
        }

        return next(exchange);
    }

    /// <summary>As in Kong: a form whose method becomes one that carries no body is put into the query too.</summary>
    private bool MovesFormToQuery(Exchange exchange) =>
        method is "GET" or "HEAD" or "TRACE"
        && exchange.Http.Request.ContentType?.Contains(FormType, StringComparison.OrdinalIgnoreCase) == true;

    private static bool TryMoveFormToQuery(Exchange exchange, byte[] bytes)
    {
        Arguments? arguments = Arguments.Parse(exchange.UpstreamQuery.AsSpan().TrimStart('?'));
        Arguments? form = Arguments.Parse(Encoding.Latin1.GetString(bytes));
        if (arguments is null || form is null)
        {
            return false;
        }

        arguments.AppendAll(form);
        exchange.UpstreamQuery = arguments.ToQuery();
        return true;
    }
}
