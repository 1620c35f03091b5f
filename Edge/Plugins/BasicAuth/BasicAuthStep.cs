using Mesh.Abstractions.Entities;
using Mesh.Abstractions.Sealing;
using Mesh.Edge.Consumers;
using Mesh.Edge.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Mesh.Edge.Plugins.BasicAuth;

internal sealed class BasicAuthStep(BasicAuthSettings settings, RequestStep next)
{
    private const string Problem = "Unauthorized";

    private readonly Authentication authentication = new(settings.Anonymous, Authentication.Challenge("Basic", settings.Realm), next);

    public ValueTask Run(Exchange exchange)
    {
        if (authentication.IsSatisfied(exchange))
        {
            return next(exchange);
        }

        // The header for proxies comes first; the other one counts when that names nobody.
        ConsumerIndex consumers = exchange.Snapshot.Consumers;
        BasicCredentials? given = Take(exchange, HeaderNames.ProxyAuthorization);
        BasicAuthCredential? credential = given is { } first ? consumers.FindBasicAuth(first.Username) : null;
        if (credential is null)
        {
            given = Take(exchange, HeaderNames.Authorization);
            credential = given is { } second ? consumers.FindBasicAuth(second.Username) : null;
        }

        if (given is not { } presented)
        {
            return authentication.Refuse(exchange, Problem);
        }

        // An unknown name costs as much as a known one, so that time tells nothing of who exists.
        bool matches = PasswordHash.Matches(credential?.Password ?? "", presented.Password, credential?.Consumer.Id ?? Guid.Empty);
        return matches && credential is not null && consumers.Find(credential.Consumer.Id) is { } consumer
            ? authentication.Accept(exchange, consumer, credential.Id)
            : authentication.Refuse(exchange, Problem);
    }

    private BasicCredentials? Take(Exchange exchange, string header)
    {
        IHeaderDictionary headers = exchange.Http.Request.Headers;
        string? value = headers[header];
        if (settings.HideCredentials)
        {
            headers.Remove(header);
        }

        return BasicCredentials.Parse(value);
    }
}
