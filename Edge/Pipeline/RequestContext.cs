using Mesh.Edge.Listeners;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Pipeline;

/// <summary>What a connection (over HTTP/2, a stream) keeps from request to request, so that it need not be allocated again.</summary>
internal sealed class RequestContext
{
    public RequestContext() => Exchange = new Exchange(this);

    public DefaultHttpContext Http { get; } = new();

    public Exchange Exchange { get; private set; }

    /// <summary>Looked up once; null until the first request.</summary>
    public ConnectionFacts? Connection { get; set; }

    /// <summary>The exchange is over.</summary>
    public void EndExchange()
    {
        if (Exchange.Lent)
        {
            Exchange = new Exchange(this);
        }
        else
        {
            Exchange.Forget();
        }

        Http.Uninitialize();
    }
}
