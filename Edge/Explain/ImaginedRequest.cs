using System.Net;
using System.Text;
using Mesh.Edge.Configuration;
using Mesh.Edge.Guard;
using Mesh.Edge.Listeners;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Mesh.Edge.Explain;

/// <summary>Makes of a described request what the server would have made of its bytes, so that the pipeline's own steps can read it.</summary>
internal static class ImaginedRequest
{
    /// <summary>Stands for the id that each request gets of its own.</summary>
    public const string RequestId = "{request id}";

    public static Exchange Begin(ExplainRequest request, EdgeSnapshot snapshot, EdgeSettings settings)
    {
        var connection = new ConnectionFacts
        {
            Listener = "",
            RemoteEndPoint = new IPEndPoint(request.ClientAddress, request.ClientPort),
            LocalEndPoint = new IPEndPoint(request.DestinationAddress, request.Port),
            Secure = request.Secure,
            Sni = request.Sni,
            Inspector = request.Http2 ? null : Inspect(request),
        };
        return new Exchange
        {
            Http = Context(request, connection),
            Snapshot = snapshot,
            Connection = connection,
            RequestId = RequestId,
            Path = "/",
            Host = "",
            Port = request.Port,
            ClientAddress = connection.RemoteAddress,
            ClientScheme = request.Secure ? "https" : "http",
            Settings = settings,
            Consumer = request.Consumer,
        };
    }

    private static DefaultHttpContext Context(ExplainRequest request, ConnectionFacts connection)
    {
        var headers = new HeaderDictionary { ["Host"] = request.Host };
        foreach ((string name, StringValues values) in request.Headers)
        {
            headers[name] = values;
        }

        var context = new DefaultHttpContext();
        context.Features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Method = request.Method,
            Scheme = request.Secure ? "https" : "http",
            Protocol = request.Http2 ? "HTTP/2" : "HTTP/1.1",
            RawTarget = request.Target,
            Headers = headers,
        });
        if (connection.Inspector is { UpgradeAsked: true })
        {
            context.Features.Set<IHttpUpgradeFeature>(Upgradable.Instance);
        }

        return context;
    }

    /// <summary>The inspector as it stands once it has seen the head. It does not look at the target, which may hold anything.</summary>
    private static Http1Inspector Inspect(ExplainRequest request)
    {
        var head = new StringBuilder("GET / HTTP/1.1\r\n").Append("Host: ").Append(request.Host).Append("\r\n");
        foreach ((string name, StringValues values) in request.Headers)
        {
            foreach (string? value in values)
            {
                head.Append(name).Append(": ").Append(value).Append("\r\n");
            }
        }

        var inspector = new Http1Inspector();
        inspector.Take(Encoding.UTF8.GetBytes(head.Append("\r\n").ToString()));
        return inspector;
    }

    /// <summary>The request could be upgraded; nobody will.</summary>
    private sealed class Upgradable : IHttpUpgradeFeature
    {
        public static readonly Upgradable Instance = new();

        public bool IsUpgradableRequest => true;

        public Task<Stream> UpgradeAsync() => throw new NotSupportedException("an imagined request has no connection");
    }
}
