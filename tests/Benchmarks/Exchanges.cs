using System.Net;
using Mesh.Benchmarks.Configuration;
using Mesh.Edge.Configuration;
using Mesh.Edge.Listeners;
using Mesh.Edge.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Mesh.Benchmarks;

/// <summary>Exchanges as they are after routing.</summary>
internal static class Exchanges
{
    private static readonly ConnectionFacts Connection = new()
    {
        Listener = "bench",
        RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 40_000),
        LocalEndPoint = new IPEndPoint(IPAddress.Loopback, 8000),
    };

    public static Exchange Create(EdgeSnapshot snapshot)
    {
        var http = new DefaultHttpContext();
        http.Request.Method = "GET";
        return new Exchange
        {
            Http = http,
            Snapshot = snapshot,
            Connection = Connection,
            RequestId = "0123456789abcdef0123456789abcdef",
            Path = "/r0",
            Host = "h0.test",
            Port = 80,
            ClientAddress = IPAddress.Loopback,
            ClientScheme = "http",
            Route = snapshot.Entities.Routes.GetValueOrDefault(Documents.Id(10)),
            Service = snapshot.Entities.Services.GetValueOrDefault(Documents.Service),
        };
    }
}
