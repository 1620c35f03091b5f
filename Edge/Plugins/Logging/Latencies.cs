using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Plugins.Logging;

/// <summary>Where the time of an exchange went, in Kong's four numbers.</summary>
/// <param name="Kong">Until the upstream was turned to, or, without an upstream, until the end.</param>
/// <param name="Proxy">Until the upstream's response headers; null when there were none.</param>
/// <param name="Receive">From those headers to the end of the body.</param>
/// <param name="Request">All of it.</param>
internal readonly record struct Latencies(TimeSpan Kong, TimeSpan? Proxy, TimeSpan Receive, TimeSpan Request)
{
    public static Latencies Of(Exchange exchange)
    {
        long end = exchange.EndedAt != 0 ? exchange.EndedAt : exchange.Time.GetTimestamp();
        bool answered = exchange.UpstreamHeadersAt != 0;
        return new Latencies(
            exchange.Time.GetElapsedTime(exchange.StartedAt, exchange.UpstreamStartedAt != 0 ? exchange.UpstreamStartedAt : end),
            answered ? exchange.Time.GetElapsedTime(exchange.UpstreamStartedAt, exchange.UpstreamHeadersAt) : null,
            answered ? exchange.Time.GetElapsedTime(exchange.UpstreamHeadersAt, end) : TimeSpan.Zero,
            exchange.Time.GetElapsedTime(exchange.StartedAt, end));
    }
}
