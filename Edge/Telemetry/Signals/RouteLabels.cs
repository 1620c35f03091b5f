using System.Collections.Concurrent;
using Mesh.Abstractions.Entities;

namespace Mesh.Edge.Telemetry.Signals;

/// <summary>What stands for a route in metrics. Bounded, because every value is a series of its own for whoever stores them.</summary>
internal static class RouteLabels
{
    /// <summary>Labels in the life of the process; routes beyond them share <see cref="Other"/>.</summary>
    public const int MaxLabels = 1000;

    public const string Other = "__other__";

    private static readonly ConcurrentDictionary<string, string> Known = new(StringComparer.Ordinal);

    private static int known;

    /// <summary>The route's first path as it is configured (never the request's), else its name.</summary>
    public static string Of(Route route)
    {
        string label = route.Paths is [{ } path, ..] ? path : route.Name ?? Other;
        if (Known.TryGetValue(label, out string? before))
        {
            return before;
        }

        // Counted beside it: to count a dictionary means to hold all of it.
        return Volatile.Read(ref known) < MaxLabels && Interlocked.Increment(ref known) <= MaxLabels ? Known.GetOrAdd(label, label) : Other;
    }
}
