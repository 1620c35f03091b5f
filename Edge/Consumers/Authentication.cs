using Mesh.Abstractions.Entities;
using Mesh.Edge.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Consumers;

/// <summary>
/// What every authentication plugin does with what it found. Several of them on one request must all be satisfied; those
/// with an <c>anonymous</c> consumer are alternatives, of which one is enough.
/// </summary>
/// <param name="anonymous">Id or username of the consumer for callers without valid credentials; null refuses them.</param>
/// <param name="challenge">Value of <c>WWW-Authenticate</c>.</param>
internal sealed class Authentication(string? anonymous, string challenge, RequestStep next)
{
    /// <summary>Another plugin has already authenticated the caller, and this one is an alternative to it.</summary>
    public bool IsSatisfied(Exchange exchange) => anonymous is not null && exchange.Credential is not null;

    public ValueTask Accept(Exchange exchange, Consumer consumer, Guid credential)
    {
        exchange.Identify(consumer, credential);
        return next(exchange);
    }

    /// <summary>The anonymous consumer stands in, or the caller is told to authenticate.</summary>
    public ValueTask Refuse(Exchange exchange, string message)
    {
        if (anonymous is null)
        {
            exchange.Http.Response.Headers.WWWAuthenticate = challenge;
            return Answer.Error(exchange, StatusCodes.Status401Unauthorized, message);
        }

        if (exchange.Snapshot.Consumers.FindByIdOrUsername(anonymous) is not { } stranger)
        {
            return Answer.Error(exchange, StatusCodes.Status500InternalServerError, $"anonymous consumer {anonymous} is configured but doesn't exist");
        }

        exchange.Identify(stranger, credential: null);
        return next(exchange);
    }

    /// <summary><c>scheme realm="…"</c>, the realm as a quoted string (RFC 9110, section 5.6.4).</summary>
    public static string Challenge(string scheme, string? realm) =>
        realm is null ? scheme : $"{scheme} realm=\"{Plugins.HeaderText.Encode(realm).Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
}
