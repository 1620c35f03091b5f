// What Mesh is measured against: the cheapest gateway that YARP's forwarder allows (A), and YARP as its guide sets it up (B).
//   bare PORT TLS_PORT CERTIFICATE KEY UPSTREAM forward          IHttpForwarder from app.Run
//   bare PORT TLS_PORT CERTIFICATE KEY UPSTREAM proxy N HOSTS    MapReverseProxy with N routes /rI over HOSTS hosts hJ.test; 0 hosts for one route of everything
// BARE_INLINE=1, together with DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=1, runs requests on the sockets' own threads.
// BARE_GRPC=1 speaks HTTP/2 without TLS on PORT and to the upstream.
using System.Globalization;
using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Mesh.Bench.Bare;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Yarp.ReverseProxy.Forwarder;

string upstream = args[4];
bool grpc = Environment.GetEnvironmentVariable("BARE_GRPC") == "1";
WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseKestrelHttpsConfiguration();
if (Environment.GetEnvironmentVariable("BARE_INLINE") == "1")
{
    builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
}

using X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(args[2], args[3]);
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.Limits.MaxRequestBodySize = null;
    kestrel.Listen(IPAddress.Loopback, int.Parse(args[0], CultureInfo.InvariantCulture), listen => listen.Protocols = grpc ? HttpProtocols.Http2 : HttpProtocols.Http1);
    kestrel.Listen(IPAddress.Loopback, int.Parse(args[1], CultureInfo.InvariantCulture), listen => listen.UseHttps(https =>
    {
        https.SslProtocols = SslProtocols.Tls13;
        https.ServerCertificate = certificate;
    }));
});

if (args[5] == "proxy")
{
    ProxyRoutes.Add(builder.Services.AddReverseProxy(), upstream, int.Parse(args[6], CultureInfo.InvariantCulture), int.Parse(args[7], CultureInfo.InvariantCulture));
    WebApplication proxy = builder.Build();
    proxy.MapReverseProxy();
    proxy.Run();
    return;
}

builder.Services.AddHttpForwarder();
WebApplication app = builder.Build();
using var invoker = new HttpMessageInvoker(new SocketsHttpHandler
{
    UseProxy = false,
    AllowAutoRedirect = false,
    AutomaticDecompression = DecompressionMethods.None,
    UseCookies = false,
    EnableMultipleHttp2Connections = true,
    ActivityHeadersPropagator = null,
});
var config = new ForwarderRequestConfig { Version = grpc ? HttpVersion.Version20 : HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
IHttpForwarder forwarder = app.Services.GetRequiredService<IHttpForwarder>();
app.Run(async context => await forwarder.SendAsync(context, upstream, invoker, config, HttpTransformer.Empty));
app.Run();
