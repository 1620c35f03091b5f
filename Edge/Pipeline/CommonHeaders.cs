using Mesh.Abstractions.Entities;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Pipeline;

/// <summary>Response headers of every answer, whoever made it.</summary>
internal static class CommonHeaders
{
    public static void Write(Exchange exchange)
    {
        IHeaderDictionary headers = exchange.Http.Response.Headers;
        headers["X-Kong-Request-Id"] = exchange.RequestId;
        if (exchange.Settings.AllowDebugHeader && exchange.Http.Request.Headers["Kong-Debug"] == "1")
        {
            WriteDebug(exchange.Route, exchange.Service, headers);
        }
    }

    private static void WriteDebug(Route? route, Service? service, IHeaderDictionary headers)
    {
        if (route is not null)
        {
            headers["Kong-Route-Id"] = route.Id.ToString();
            Name(headers, "Kong-Route-Name", route.Name);
        }

        if (service is not null)
        {
            headers["Kong-Service-Id"] = service.Id.ToString();
            Name(headers, "Kong-Service-Name", service.Name);
        }
    }

    /// <summary>Names may be any UTF-8; header values are ASCII.</summary>
    private static void Name(IHeaderDictionary headers, string header, string? name)
    {
        if (name is not null)
        {
            headers[header] = System.Text.Ascii.IsValid(name) ? name : Uri.EscapeDataString(name);
        }
    }
}
