using System.Globalization;
using Mesh.Edge.Routing;

namespace Mesh.Edge.Explain;

/// <summary>Why one matching route gives way to another: the first field of the priorities that differs.</summary>
internal static class Defeat
{
    public static string Reason(Candidate loser, Candidate winner)
    {
        PriorityFields less = RoutePriority.Read(loser.Priority);
        PriorityFields more = RoutePriority.Read(winner.Priority);
        return 0 switch
        {
            _ when less.Criteria != more.Criteria => Less("fewer kinds of conditions", less.Criteria, more.Criteria),
            _ when less.PlainHosts != more.PlainHosts => "a host with a wildcard, or none, against plain hosts",
            _ when less.Headers != more.Headers => Less("fewer headers", less.Headers, more.Headers),
            _ when less.Regex != more.Regex => "a plain path against a regex",
            _ when less.RegexPriority != more.RegexPriority => Less("lower regex_priority", less.RegexPriority, more.RegexPriority),
            _ when less.PathLength != more.PathLength => Less("less specific path", less.PathLength, more.PathLength, "length "),
            _ when loser.AddressWeight != winner.AddressWeight => "less specific sources or destinations",
            _ => $"equal priority, and the lesser id of the two matchers ({loser.Id} < {winner.Id})",
        };
    }

    private static string Less(string what, long less, long more, string unit = "") =>
        string.Create(CultureInfo.InvariantCulture, $"{what} ({unit}{less} < {more})");
}
