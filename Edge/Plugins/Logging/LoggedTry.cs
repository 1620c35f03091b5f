using Mesh.Edge.Balancing;
using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Plugins.Logging;

/// <summary>One try at a target.</summary>
/// <param name="Host">Address or name.</param>
/// <param name="Failed">Another try followed, or Mesh answered instead.</param>
/// <param name="StartedAt">Unix milliseconds; known of the last try only.</param>
internal readonly record struct LoggedTry(string Host, int Port, bool Failed, long? StartedAt)
{
    public static LoggedTry[] Of(Exchange exchange, long startedAt)
    {
        if (exchange.TargetAddress is not { } text || !TargetAddress.TryParse(text, out TargetAddress? last))
        {
            return [];
        }

        long lastStart = startedAt + (long)exchange.Time.GetElapsedTime(exchange.StartedAt, exchange.UpstreamStartedAt).TotalMilliseconds;
        return
        [
            .. (exchange.FailedTargets ?? []).Select(target => new LoggedTry(target.Host, target.Port, true, null)),
            new LoggedTry(last.Host, last.Port, exchange.UpstreamFailed, lastStart),
        ];
    }
}
