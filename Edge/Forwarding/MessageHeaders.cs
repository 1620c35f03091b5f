using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Transforms;

namespace Mesh.Edge.Forwarding;

/// <summary>Headers of a request that the library's client sends.</summary>
internal readonly struct MessageHeaders(HttpRequestMessage message) : IUpstreamHeaders
{
    public bool Http2 => message.Version.Major >= 2;

    public void Add(string name, string value)
    {
        if (!message.Headers.TryAddWithoutValidation(name, value))
        {
            AddToContent(name, value);
        }
    }

    public void Add(string name, in StringValues values)
    {
        if (!message.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
        {
            AddToContent(name, values);
        }
    }

    /// <summary>
    /// The client keeps some names (Content-Type, Expires, Allow …) with the body. The forwarder insists on a body of its
    /// own making, so one without bytes is got from it for a request that has such headers but no body.
    /// </summary>
    private void AddToContent(string name, in StringValues values)
    {
        if (message.Content is { } content)
        {
            content.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }
        else
        {
            RequestTransform.AddHeader(new RequestTransformContext { ProxyRequest = message }, name, values);
        }
    }
}
