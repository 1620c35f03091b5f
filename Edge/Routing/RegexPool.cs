using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Mesh.Edge.Routing;

/// <summary>Compiled regexes by pattern, as long as a route holds them: routes of many tenants often repeat a few patterns.</summary>
internal static class RegexPool
{
    /// <summary>Nodes of the automaton after counted repeats are written out; beyond it <c>(a{999}){999}</c> would take gigabytes.</summary>
    private const int MaxAutomatonNodes = 10_000;

    /// <summary>Entries at which the table is first rid of those that nothing holds any more.</summary>
    private const int FirstSweep = 1024;

    private static readonly ConcurrentDictionary<(string Pattern, RegexOptions Options), WeakReference<Regex>> Pool = new();
    private static int nextSweep = FirstSweep;

    static RegexPool() => AppContext.SetData("REGEX_NONBACKTRACKING_MAX_AUTOMATA_SIZE", MaxAutomatonNodes);

    /// <exception cref="ArgumentException">The pattern is not well-formed.</exception>
    /// <exception cref="NotSupportedException">The pattern is too large, or has a construct without a linear-time matcher.</exception>
    public static Regex Get(string pattern, RegexOptions options)
    {
        if (Pool.TryGetValue((pattern, options), out WeakReference<Regex>? held) && held.TryGetTarget(out Regex? known))
        {
            return known;
        }

        var regex = new Regex(pattern, options | RegexOptions.CultureInvariant);
        Pool[(pattern, options)] = new WeakReference<Regex>(regex);
        if (Pool.Count >= Volatile.Read(ref nextSweep))
        {
            Sweep();
        }

        return regex;
    }

    private static void Sweep()
    {
        foreach (var entry in Pool)
        {
            if (!entry.Value.TryGetTarget(out _))
            {
                Pool.TryRemove(entry);
            }
        }

        Volatile.Write(ref nextSweep, Math.Max(FirstSweep, 2 * Pool.Count));
    }
}
