using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins.Fields;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Plugins.RequestTermination;

/// <summary>Describes a request to its sender, in Kong's form.</summary>
internal static class RequestEcho
{
    public static async ValueTask Answer(Exchange exchange, int status, string? message)
    {
        byte[]? raw = await RequestBody.Read(exchange);
        HttpRequest request = exchange.Http.Request;
        var headers = new JsonObject();
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in request.Headers)
        {
            headers[name.ToLowerInvariant()] = OneOrMany([.. values.OfType<string>()]);
        }

        var query = new JsonObject();
        foreach (IGrouping<string, string> argument in Arguments.Parse(exchange.UpstreamQuery.AsSpan().TrimStart('?'))?.ByName() ?? [])
        {
            query[argument.Key] = OneOrMany([.. argument]);
        }

        var content = new JsonObject
        {
            ["message"] = message,
            ["request"] = new JsonObject
            {
                ["scheme"] = exchange.ClientScheme,
                ["host"] = exchange.Host,
                ["port"] = exchange.Port,
                ["method"] = request.Method,
                ["path"] = exchange.Path,
                ["headers"] = headers,
                ["query"] = query,
                ["raw_body"] = raw is null ? null : Encoding.UTF8.GetString(raw),
            },
            ["matched_route"] = exchange.Route is { } route ? new JsonObject { ["id"] = route.Id.ToString(), ["name"] = route.Name } : null,
            ["matched_service"] = exchange.Service is { } service ? new JsonObject { ["id"] = service.Id.ToString(), ["name"] = service.Name } : null,
        };
        await Pipeline.Answer.Raw(exchange, status, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(content));
    }

    private static JsonNode OneOrMany(string[] values) =>
        values.Length == 1 ? JsonValue.Create(values[0]) : new JsonArray([.. values.Select(value => (JsonNode)value)]);
}
