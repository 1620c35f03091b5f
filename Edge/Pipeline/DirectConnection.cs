using System.Net;
using Mesh.Edge.Listeners;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Pipeline;

/// <summary>Facts of a connection that did not come in through a listener of ours (a host that embeds the gateway, tests).</summary>
internal static class DirectConnection
{
    public static ConnectionFacts Of(HttpContext http) => new()
    {
        Listener = "",
        RemoteEndPoint = EndPoint(http.Connection.RemoteIpAddress, http.Connection.RemotePort),
        LocalEndPoint = EndPoint(http.Connection.LocalIpAddress, http.Connection.LocalPort),
        Secure = http.Request.IsHttps,
    };

    private static IPEndPoint? EndPoint(IPAddress? address, int port) => address is null ? null : new IPEndPoint(address, port);
}
