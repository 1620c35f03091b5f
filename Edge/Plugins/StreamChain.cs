using Mesh.Edge.Plugins.Logging;
using Mesh.Edge.Streams;

namespace Mesh.Edge.Plugins;

/// <summary>
/// The plugins that the streams of one place meet: those that act folded into one step, and those that hear of the end.
/// Streams have no consumers; apart from that the precedence is that of requests.
/// </summary>
internal sealed class StreamChain
{
    private readonly StreamLogStep[] logs;

    private StreamChain(StreamStep first, StreamLogStep[] logs)
    {
        First = first;
        this.logs = logs;
    }

    public StreamStep First { get; }

    public static StreamChain Fold(in PluginScopes scopes, PluginCatalog catalog, RequestProtocols protocol)
    {
        StreamStep first = static exchange => exchange.Forward.ForwardAsync();
        var logs = new List<StreamLogStep>();
        foreach (string name in PluginChain.Order(scopes, catalog).Reverse())
        {
            if (PluginChain.Choose(scopes, name, protocol) is not { } plugin)
            {
                continue;
            }

            if (plugin.OnlyLogs)
            {
                logs.AddRange(plugin.StreamLog is { } log ? [log] : []);
            }
            else
            {
                first = plugin.BuildStream(first);
            }
        }

        logs.Reverse();
        return new StreamChain(first, [.. logs]);
    }

    /// <summary>Tells the log plugins of a stream that has ended.</summary>
    public void Log(StreamExchange exchange)
    {
        foreach (StreamLogStep log in logs)
        {
            log(exchange);
        }
    }
}
