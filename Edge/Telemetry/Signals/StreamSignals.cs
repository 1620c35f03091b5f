using System.Diagnostics;
using Mesh.Edge.Plugins;
using Mesh.Edge.Streams;

namespace Mesh.Edge.Telemetry.Signals;

/// <summary>The measurements of one stream.</summary>
internal static class StreamSignals
{
    public static void End(StreamExchange exchange)
    {
        if (!GatewaySignals.StreamDuration.Enabled && !GatewaySignals.StreamBytes.Enabled)
        {
            return;
        }

        TagList tags = new()
        {
            { "mesh.stream.protocol", NameOf(exchange.Protocol) },
            { "mesh.route", exchange.Route is { } route ? RouteLabels.Of(route) : RouteLabels.Other },
            { "mesh.stream.status", TagValues.Status(exchange.Status) },
        };
        GatewaySignals.StreamDuration.Record(exchange.Time.GetElapsedTime(exchange.StartedAt, exchange.EndedAt).TotalSeconds, tags);
        tags.Add("network.io.direction", "receive");
        GatewaySignals.StreamBytes.Add(exchange.Received, tags);
        tags[tags.Count - 1] = new("network.io.direction", "transmit");
        GatewaySignals.StreamBytes.Add(exchange.Sent, tags);
    }

    private static string NameOf(RequestProtocols protocol) => protocol switch
    {
        RequestProtocols.Tls => "tls",
        RequestProtocols.TlsPassthrough => "tls_passthrough",
        RequestProtocols.Udp => "udp",
        _ => "tcp",
    };
}
