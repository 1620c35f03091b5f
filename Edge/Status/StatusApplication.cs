using System.Text;
using System.Text.Json.Nodes;
using Mesh.Edge.Telemetry.Exposition;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Edge.Status;

/// <summary>The status listener: <c>/status</c>, <c>/status/ready</c> and <c>/metrics</c>, on sockets of its own beside the proxy's.</summary>
internal sealed class StatusApplication(Func<EdgeView> view, Func<ExpositionFormat, ReadOnlyMemory<byte>> metrics, StatusAccess access) : IHttpApplication<HttpContext>
{
    private const string Ready = "/status/ready";

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public async Task ProcessRequestAsync(HttpContext context)
    {
        // Not on a thread that polls sockets: to make a page takes milliseconds, and scrapes wait for each other.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        (int status, string type, ReadOnlyMemory<byte> text) = Answer(context);
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength = text.Length;
        context.Response.Headers.CacheControl = "no-store";
        if (status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"mesh\"";
        }

        if (status == StatusCodes.Status405MethodNotAllowed)
        {
            context.Response.Headers.Allow = "GET, HEAD";
        }

        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(text);
        }
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // Nothing is pooled here.
    }

    private (int Status, string Type, ReadOnlyMemory<byte> Body) Answer(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            return Json((StatusCodes.Status405MethodNotAllowed, Message("Method not allowed")));
        }

        string? path = request.Path.Value?.TrimEnd('/');
        if (path != Ready && !access.Allows(context))
        {
            return Json((StatusCodes.Status401Unauthorized, Message("Unauthorized")));
        }

        return path switch
        {
            "/status" => Json((StatusCodes.Status200OK, StatusDocument.Status(view()))),
            Ready => Json(StatusDocument.Ready(view())),
            "/metrics" => Metrics(ExpositionFormat.Choose(request.Headers.Accept)),
            _ => Json((StatusCodes.Status404NotFound, Message("Not found"))),
        };
    }

    private (int Status, string Type, ReadOnlyMemory<byte> Body) Metrics(ExpositionFormat format) =>
        (StatusCodes.Status200OK, format.ContentType, metrics(format));

    private static (int Status, string Type, ReadOnlyMemory<byte> Body) Json((int Status, JsonObject Body) answer) =>
        (answer.Status, "application/json; charset=utf-8", Encoding.UTF8.GetBytes(answer.Body.ToJsonString()));

    private static JsonObject Message(string text) => new() { ["message"] = text };
}
