using System.Text.Json;

namespace Mesh.Edge.Plugins.Logging;

/// <summary>Names of the members that stand in every record of a request, in the bytes they are written with.</summary>
internal static class LogNames
{
    public static readonly JsonEncodedText
        Request = JsonEncodedText.Encode("request"),
        Id = JsonEncodedText.Encode("id"),
        Uri = JsonEncodedText.Encode("uri"),
        Url = JsonEncodedText.Encode("url"),
        QueryString = JsonEncodedText.Encode("querystring"),
        Method = JsonEncodedText.Encode("method"),
        Headers = JsonEncodedText.Encode("headers"),
        Size = JsonEncodedText.Encode("size"),
        UpstreamUri = JsonEncodedText.Encode("upstream_uri"),
        UpstreamStatus = JsonEncodedText.Encode("upstream_status"),
        Response = JsonEncodedText.Encode("response"),
        Status = JsonEncodedText.Encode("status"),
        Latencies = JsonEncodedText.Encode("latencies"),
        Kong = JsonEncodedText.Encode("kong"),
        Proxy = JsonEncodedText.Encode("proxy"),
        Receive = JsonEncodedText.Encode("receive"),
        Tries = JsonEncodedText.Encode("tries"),
        Ip = JsonEncodedText.Encode("ip"),
        Port = JsonEncodedText.Encode("port"),
        BalancerStart = JsonEncodedText.Encode("balancer_start"),
        Route = JsonEncodedText.Encode("route"),
        Service = JsonEncodedText.Encode("service"),
        Consumer = JsonEncodedText.Encode("consumer"),
        ClientIp = JsonEncodedText.Encode("client_ip"),
        StartedAt = JsonEncodedText.Encode("started_at"),
        Source = JsonEncodedText.Encode("source"),
        Upstream = JsonEncodedText.Encode("upstream"),
        Workspace = JsonEncodedText.Encode("workspace"),
        WorkspaceName = JsonEncodedText.Encode("workspace_name");
}
