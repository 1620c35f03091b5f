using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Edge.Status;

/// <summary>The status listener: <c>/status</c> and <c>/status/ready</c>, on sockets of its own beside the proxy's.</summary>
internal sealed class StatusApplication(Func<EdgeView> view) : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public Task ProcessRequestAsync(HttpContext context)
    {
        (int status, JsonObject body) = Answer(context.Request);
        byte[] text = Encoding.UTF8.GetBytes(body.ToJsonString());
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
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

    private (int Status, JsonObject Body) Answer(HttpRequest request)
    {
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            return (StatusCodes.Status405MethodNotAllowed, Message("Method not allowed"));
        }

        return request.Path.Value?.TrimEnd('/') switch
        {
            "/status" => (StatusCodes.Status200OK, StatusDocument.Status(view())),
            "/status/ready" => StatusDocument.Ready(view()),
            _ => (StatusCodes.Status404NotFound, Message("Not found")),
        };
    }

    private static JsonObject Message(string text) => new() { ["message"] = text };
}
