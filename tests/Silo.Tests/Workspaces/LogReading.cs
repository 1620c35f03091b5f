using Mesh.Grains.Log;

namespace Mesh.Silo.Tests.Workspaces;

internal static class LogReading
{
    /// <returns>True when an entry is gone.</returns>
    public static async Task<bool> AnyFails(this IAsyncEnumerable<LogEntry> entries)
    {
        try
        {
            await entries.CountAsync();
            return false;
        }
        catch (MissingEntryException)
        {
            return true;
        }
    }
}
