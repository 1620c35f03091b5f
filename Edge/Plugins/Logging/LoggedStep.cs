using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Plugins.Logging;

/// <summary>The first step of a chain with log plugins: tells the exchange who is to hear of its end.</summary>
internal sealed class LoggedStep(LogChain log, RequestStep next)
{
    public ValueTask Run(Exchange exchange)
    {
        exchange.Log = log;
        return next(exchange);
    }
}
