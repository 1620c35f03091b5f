using Mesh.Abstractions.Entities;
using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Plugins;

/// <summary>The protocols of requests that a plugin entity can be limited to.</summary>
[Flags]
internal enum RequestProtocols
{
    None = 0,
    Http = 1,
    Https = 2,
    Grpc = 4,
    Grpcs = 8,
    All = Http | Https | Grpc | Grpcs,
}

internal static class RequestProtocol
{
    /// <summary>The protocols among <paramref name="names"/> that requests can have; those of streams do not count.</summary>
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
