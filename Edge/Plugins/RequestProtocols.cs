using Mesh.Abstractions.Entities;
using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Plugins;

/// <summary>The protocols of requests and of streams that a plugin entity can be limited to.</summary>
[Flags]
internal enum RequestProtocols
{
    None = 0,
    Http = 1,
    Https = 2,
    Grpc = 4,
    Grpcs = 8,
    Tcp = 16,

    /// <summary>Terminated here.</summary>
    Tls = 32,
    TlsPassthrough = 64,
    Udp = 128,

    /// <summary>Of requests.</summary>
    All = Http | Https | Grpc | Grpcs,
    Streams = Tcp | Tls | TlsPassthrough | Udp,
}

internal static class RequestProtocol
{
    /// <summary>Names that are no protocol do not count.</summary>
    public static RequestProtocols Parse(IEnumerable<string> names)
    {
        RequestProtocols result = RequestProtocols.None;
        foreach (string name in names)
        {
            result |= name switch
            {
                "http" => RequestProtocols.Http,
                "https" => RequestProtocols.Https,
                "grpc" => RequestProtocols.Grpc,
                "grpcs" => RequestProtocols.Grpcs,
                "tcp" => RequestProtocols.Tcp,
                "tls" => RequestProtocols.Tls,
                "tls_passthrough" => RequestProtocols.TlsPassthrough,
                "udp" => RequestProtocols.Udp,
                _ => RequestProtocols.None,
            };
        }

        return result;
    }

    /// <summary>The one protocol of this request. A route is either of the http or of the grpc family.</summary>
    public static RequestProtocols Of(Exchange exchange)
    {
        bool secure = exchange.ClientScheme == "https";
        if (IsGrpc(exchange.Route))
        {
            return secure ? RequestProtocols.Grpcs : RequestProtocols.Grpc;
        }

        return secure ? RequestProtocols.Https : RequestProtocols.Http;
    }

    private static bool IsGrpc(Route? route) => route is { Protocols: [{ } first, ..] } && first.StartsWith("grpc", StringComparison.Ordinal);
}
