using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Edge.Forwarding;

/// <summary>The only protocol that a request may switch to, by HTTP/1.1 upgrade or HTTP/2 extended CONNECT (RFC 8441).</summary>
internal static class WebSocketRequest
{
    public const string Protocol = "websocket";

    /// <summary>Whether the request asks for a WebSocket. Takes away an Upgrade header that asks for anything else, which is ours to ignore.</summary>
    public static bool Prepare(HttpContext http)
    {
        if (HttpProtocol.IsHttp2(http.Request.Protocol) && http.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
        {
            return string.Equals(connect.Protocol, Protocol, StringComparison.OrdinalIgnoreCase);
        }

        if (http.Request.Headers.Upgrade.Count == 0)
        {
            return false;
        }

        if (http.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            && HttpMethods.IsGet(http.Request.Method)
            && string.Equals(http.Request.Headers.Upgrade, Protocol, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        http.Request.Headers.Remove("Upgrade");
        return false;
    }
}
