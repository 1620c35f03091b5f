using Mesh.Abstractions.Configuration;

namespace Mesh.Silo.Admin.History;

/// <summary>404 for what history does not hold; the message says whether it ever did.</summary>
internal static class HistoryRefusal
{
    /// <param name="oldest">Oldest revision that was asked for.</param>
    /// <param name="newest">Newest revision that was asked for.</param>
    /// <returns>Null when the reading was found.</returns>
    public static AdminAnswer? Of(HistoryReading reading, long oldest, long newest)
    {
        string? message = reading.Status switch
        {
            HistoryStatus.Found => null,
            HistoryStatus.NeverMade => $"revision {newest} was never made: the newest is {reading.Head}",
            HistoryStatus.Trimmed => $"revision {oldest} is no longer kept: history begins with commit {reading.Oldest}",
            _ => $"from revision {oldest} on, a commit was stored without the states before it",
        };
        return message is null ? null : AdminAnswer.Message(StatusCodes.Status404NotFound, message) with { Revision = reading.Head };
    }
}
