using System.Text;
using Mesh.Edge.Tls;
using Mesh.Edge.Tls.Hello;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Listeners;

/// <summary>
/// Assembles the one HTTP server of an edge. Kestrel's TLS needs services that only a web host registers, so a web
/// application is built for them and never started.
/// </summary>
internal static class KestrelServerBuilder
{
    public static WebApplication Build(
        VirtualListenerFactory endPoints,
        ConnectionPath path,
        TlsSelector tls,
        EdgeServerLimits limits,
        TimeProvider time,
        ILoggerFactory logs)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton<IConnectionListenerFactory>(endPoints);
        builder.WebHost.ConfigureKestrel(server =>
        {
            Limit(server, limits);
            foreach (ConnectionKind kind in Enum.GetValues<ConnectionKind>())
            {
                server.Listen(endPoints[kind].EndPoint, listen => Configure(listen, kind, path, tls, limits, time));
            }
        });
        return builder.Build();
    }

    private static void Configure(ListenOptions listen, ConnectionKind kind, ConnectionPath path, TlsSelector tls, EdgeServerLimits limits, TimeProvider time)
    {
        listen.Protocols = kind switch
        {
            ConnectionKind.Http2 => HttpProtocols.Http2,
            ConnectionKind.TlsHttp2 => HttpProtocols.Http1AndHttp2,
            _ => HttpProtocols.Http1,
        };
        listen.Use(next => connection => ConnectionPath.CountAsync(connection, next));
        if (kind is ConnectionKind.TlsHttp1 or ConnectionKind.TlsHttp2)
        {
            TlsUse use = kind == ConnectionKind.TlsHttp2 ? TlsUse.Http2 : TlsUse.Http1;
            var peek = new HelloPeek(limits.HandshakeTimeout, time);
            listen.Use(next => connection => peek.ReadAsync(connection, next));
            listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                HandshakeTimeout = limits.HandshakeTimeout,
                OnConnection = hello => tls.SelectAsync(
                    hello.ClientHelloInfo.ServerName,
                    use,
                    hello.Connection.Features.Get<ClientHello>()?.Signatures,
                    hello.Connection.Features.Get<ConnectionFacts>()?.ClientTrust),
            });
        }

        listen.Use(next => connection => path.InspectAsync(connection, kind, next));
    }

    private static void Limit(KestrelServerOptions server, EdgeServerLimits limits)
    {
        server.AddServerHeader = false;
        server.AllowSynchronousIO = false;

        // Header bytes pass through unchanged, whatever their encoding.
        server.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
        server.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;

        // Routes and plugins bound bodies, the server does not.
        server.Limits.MaxRequestBodySize = null;
        server.Limits.MinRequestBodyDataRate = new MinDataRate(limits.MinBytesPerSecond, limits.SlowGrace);
        server.Limits.MinResponseDataRate = new MinDataRate(limits.MinBytesPerSecond, limits.SlowGrace);
        server.Limits.MaxRequestLineSize = limits.MaxRequestLineBytes;
        server.Limits.MaxRequestHeadersTotalSize = limits.MaxRequestHeadersTotalBytes;
        server.Limits.MaxRequestHeaderCount = limits.MaxRequestHeaderCount;
        server.Limits.RequestHeadersTimeout = limits.RequestHeadersTimeout;
        server.Limits.KeepAliveTimeout = limits.KeepAliveTimeout;
        server.Limits.Http2.MaxStreamsPerConnection = limits.MaxStreamsPerConnection;
    }
}
