using System.Globalization;
using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Plugins.CorrelationId;

/// <summary>Kong's ways to make an id. The prefix of <c>uuid#counter</c> is the process's, its number counts over all routes.</summary>
internal sealed class IdGenerators(TimeProvider time)
{
    private readonly string prefix = Guid.NewGuid().ToString() + "#";
    private long counter;

    /// <exception cref="FormatException">No such generator.</exception>
    public Func<Exchange, string> Find(string name) => name switch
    {
        CorrelationIdSettings.Uuid => _ => Guid.NewGuid().ToString(),
        CorrelationIdSettings.UuidCounter => _ => prefix + Interlocked.Increment(ref counter).ToString(CultureInfo.InvariantCulture),
        CorrelationIdSettings.Tracker => Track,
        _ => throw new FormatException($"generator '{name}' is not known to this edge"),
    };

    /// <summary>Address and port that the client connected to, process, connection, request on it, Unix seconds with milliseconds.</summary>
    private string Track(Exchange exchange)
    {
        var connection = exchange.Connection;
        (long number, long request) = connection.Track();
        double seconds = time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{connection.LocalAddress}-{connection.LocalPort}-{Environment.ProcessId}-{number}-{request}-{seconds:F3}");
    }
}
