using System.Globalization;
using Mesh.Edge.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Mesh.Edge.Plugins.Cors;

internal sealed class CorsStep
{
    private const string AskPrivateNetwork = "Access-Control-Request-Private-Network";
    private const string AllowPrivateNetwork = "Access-Control-Allow-Private-Network";

    private readonly CorsSettings settings;
    private readonly RequestStep next;
    private readonly AllowedOrigin[] origins;
    private readonly bool allowsAll;

    /// <summary>The one origin there is; it is told to everybody, as it gives nothing away.</summary>
    private readonly string? single;

    private readonly Action<Exchange> writeHeaders;

    public CorsStep(CorsSettings settings, RequestStep next)
    {
        this.settings = settings;
        this.next = next;
        string[] entries = settings.Origins ?? [];

        // Among others * allows nothing, as in Kong: whoever lists origins is not taken at the widest word.
        allowsAll = entries is [] or [AllowedOrigin.Any];
        origins = [.. entries.Where(entry => entry != AllowedOrigin.Any).Select(entry => new AllowedOrigin(entry))];
        single = !allowsAll && entries is [var only] && AllowedOrigin.IsPlain(only) ? only : null;
        writeHeaders = WriteHeaders;
    }

    public ValueTask Run(Exchange exchange)
    {
        IHeaderDictionary headers = exchange.Http.Request.Headers;
        bool isPreflight = HttpMethods.IsOptions(exchange.Http.Request.Method)
            && headers.ContainsKey(HeaderNames.Origin)
            && headers.ContainsKey(HeaderNames.AccessControlRequestMethod);
        if (isPreflight)
        {
            return settings.PreflightContinue ? next(exchange) : Preflight(exchange);
        }

        exchange.OnResponseHeaders(writeHeaders);
        return next(exchange);
    }

    private ValueTask Preflight(Exchange exchange)
    {
        IHeaderDictionary asked = exchange.Http.Request.Headers;
        IHeaderDictionary answer = exchange.Http.Response.Headers;
        Allow(answer, asked.Origin);
        StringValues wanted = settings.Headers is { Length: > 0 } listed ? string.Join(',', listed) : asked.AccessControlRequestHeaders;
        if (wanted.Count > 0)
        {
            answer.AccessControlAllowHeaders = wanted;
        }

        answer.AccessControlAllowMethods = string.Join(',', settings.Methods);
        if (settings.MaxAge is { } seconds)
        {
            answer.AccessControlMaxAge = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (settings.PrivateNetwork && asked[AskPrivateNetwork] == "true")
        {
            answer[AllowPrivateNetwork] = "true";
        }

        return Answer.Raw(exchange, StatusCodes.Status200OK, contentType: null, default);
    }

    private void WriteHeaders(Exchange exchange)
    {
        string? origin = exchange.Http.Request.Headers.Origin;
        if (string.IsNullOrEmpty(origin) && !settings.AllowOriginAbsent)
        {
            return;
        }

        IHeaderDictionary answer = exchange.Http.Response.Headers;
        Allow(answer, origin);
        if (settings.ExposedHeaders is { Length: > 0 } exposed)
        {
            answer.AccessControlExposeHeaders = string.Join(',', exposed);
        }
    }

    /// <summary>What the upstream said of the origin is replaced: the gateway's word is the one that counts.</summary>
    private void Allow(IHeaderDictionary answer, string? origin)
    {
        if (!allowsAll)
        {
            AddVary(answer);
            string? allowed = single ?? Find(origin);
            answer.AccessControlAllowOrigin = allowed is null ? StringValues.Empty : allowed;
            AllowCredentials(answer);
            return;
        }

        // With credentials a browser takes no wildcard.
        bool named = settings.Credentials && !string.IsNullOrEmpty(origin);
        answer.AccessControlAllowOrigin = named ? origin : AllowedOrigin.Any;
        if (named)
        {
            AddVary(answer);
            AllowCredentials(answer);
        }
    }

    private string? Find(string? origin)
    {
        if (string.IsNullOrEmpty(origin))
        {
            return null;
        }

        RequestOrigin parsed = RequestOrigin.Parse(origin);
        foreach (AllowedOrigin allowed in origins)
        {
            if (allowed.Matches(parsed))
            {
                return parsed.Text;
            }
        }

        return null;
    }

    private void AllowCredentials(IHeaderDictionary answer)
    {
        if (settings.Credentials)
        {
            answer.AccessControlAllowCredentials = "true";
        }
    }

    private static void AddVary(IHeaderDictionary answer)
    {
        foreach (string? line in answer.Vary)
        {
            if (line is not null && line.Split(',').Any(name => name.AsSpan().Trim().Equals(HeaderNames.Origin, StringComparison.OrdinalIgnoreCase)))
            {
                return;
            }
        }

        answer.Vary = StringValues.Concat(answer.Vary, HeaderNames.Origin);
    }
}
