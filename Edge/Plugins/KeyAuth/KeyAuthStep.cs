using Mesh.Abstractions.Entities;
using Mesh.Edge.Consumers;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins.Fields;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Mesh.Edge.Plugins.KeyAuth;

internal sealed class KeyAuthStep(KeyAuthSettings settings, TimeProvider time, RequestStep next)
{
    private readonly Authentication authentication = new(settings.Anonymous, Authentication.Challenge("Key", settings.Realm), next);

    public ValueTask Run(Exchange exchange)
    {
        if (!settings.RunOnPreflight && HttpMethods.IsOptions(exchange.Http.Request.Method))
        {
            if (exchange.Consumer is null)
            {
                exchange.ClearIdentity();
            }

            return next(exchange);
        }

        if (authentication.IsSatisfied(exchange))
        {
            return next(exchange);
        }

        return settings.KeyInBody ? RunWithBody(exchange) : Authenticate(exchange, FindKey(exchange, body: null));
    }

    private async ValueTask RunWithBody(Exchange exchange)
    {
        IBodyFields? body = await RequestBody.Read(exchange) is { Length: > 0 } bytes
            ? await RequestBody.Parse(exchange, bytes, dotsInKeys: true)
            : null;
        PresentedKey key = FindKey(exchange, body);
        if (body is { Changed: true })
        {
            RequestBody.Replace(exchange, body.ToBytes());
        }

        await Authenticate(exchange, key);
    }

    private PresentedKey FindKey(Exchange exchange, IBodyFields? body)
    {
        Arguments? query = settings.KeyInQuery && exchange.UpstreamQuery.Length > 1 ? Arguments.Parse(exchange.UpstreamQuery.AsSpan(1)) : null;
        IHeaderDictionary headers = exchange.Http.Request.Headers;
        foreach (string name in settings.KeyNames)
        {
            StringValues values = settings.KeyInHeader ? headers[name] : default;
            if (values.Count == 0 && query is not null)
            {
                values = (string[])[.. query.Values(name)];
            }

            if (values.Count == 0 && body is not null)
            {
                values = (string[])[.. body.Values(name)];
            }

            if (values.Count > 1)
            {
                return new PresentedKey(null, "Duplicate API key found");
            }

            if (values.Count == 1)
            {
                if (settings.HideCredentials)
                {
                    Hide(exchange, name, query, body);
                }

                return string.IsNullOrEmpty(values[0]) ? PresentedKey.None : new PresentedKey(values[0], null);
            }
        }

        return PresentedKey.None;
    }

    /// <summary>Takes the key out wherever it stands, not only where it was found.</summary>
    private static void Hide(Exchange exchange, string name, Arguments? query, IBodyFields? body)
    {
        exchange.Http.Request.Headers.Remove(name);
        body?.Remove(name);
        query ??= exchange.UpstreamQuery.Length > 1 ? Arguments.Parse(exchange.UpstreamQuery.AsSpan(1)) : null;
        query?.Remove(name);
        if (query is { Changed: true })
        {
            exchange.UpstreamQuery = query.ToQuery();
        }
    }

    private ValueTask Authenticate(Exchange exchange, in PresentedKey presented)
    {
        ConsumerIndex consumers = exchange.Snapshot.Consumers;
        return presented.Key is { } key
            && consumers.FindKey(key, time.GetUtcNow()) is { } credential
            && consumers.Find(credential.Consumer.Id) is { } consumer
                ? authentication.Accept(exchange, consumer, credential.Id)
                : authentication.Refuse(exchange, presented.Problem ?? "Unauthorized");
    }

    private readonly record struct PresentedKey(string? Key, string? Problem)
    {
        public static PresentedKey None { get; } = new(null, "No API key found in request");
    }
}
