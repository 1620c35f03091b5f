using System.Text;
using System.Text.Json.Nodes;
using Mesh.Edge.Plugins.Prometheus;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Edge.Status;

/// <summary>The status listener: <c>/status</c>, <c>/status/ready</c> and <c>/metrics</c>, on sockets of its own beside the proxy's.</summary>
internal sealed class StatusApplication(Func<EdgeView> view, Func<ReadOnlyMemory<byte>> metrics) : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public Task ProcessRequestAsync(HttpContext context)
    {
        (int status, string type, ReadOnlyMemory<byte> text) = Answer(context.Request);
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength = text.Length;
        context.Response.Headers.CacheControl = "no-store";
        if (status == StatusCodes.Status405MethodNotAllowed)
        {
            context.Response.Headers.Allow = "GET, HEAD";
        }

        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(text).AsTask();
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // Nothing is pooled here.
    }

    private (int Status, string Type, ReadOnlyMemory<byte> Body) Answer(HttpRequest request)
    {
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            return Json((StatusCodes.Status405MethodNotAllowed, Message("Method not allowed")));
        }

        return request.Path.Value?.TrimEnd('/') switch
        {
            "/status" => Json((StatusCodes.Status200OK, StatusDocument.Status(view()))),
            "/status/ready" => Json(StatusDocument.Ready(view())),
            "/metrics" => (StatusCodes.Status200OK, ExpositionWriter.ContentType, metrics()),
            _ => Json((StatusCodes.Status404NotFound, Message("Not found"))),
        };
    }

    private static (int Status, string Type, ReadOnlyMemory<byte> Body) Json((int Status, JsonObject Body) answer) =>
        (answer.Status, "application/json; charset=utf-8", Encoding.UTF8.GetBytes(answer.Body.ToJsonString()));

    private static JsonObject Message(string text) => new() { ["message"] = text };
}
