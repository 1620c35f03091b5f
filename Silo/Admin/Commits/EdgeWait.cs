using System.Globalization;
using Mesh.Abstractions.Grains;

namespace Mesh.Silo.Admin.Commits;

/// <summary>
/// <c>?wait=edges[&amp;timeout=ms]</c>: the answer comes when every live edge has applied the commit, or when the wait ends. The
/// commit is durable either way, so the status stays and a header tells how far the edges are.
/// </summary>
internal static class EdgeWait
{
    public const string Header = "X-Mesh-Edges";

    /// <summary>Unless the client says otherwise.</summary>
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(10);

    /// <summary>Below the response timeout of a grain call.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(25);

    /// <returns>False when the arguments cannot be followed.</returns>
    public static bool TryRead(AdminContext context, out TimeSpan? wait)
    {
        wait = null;
        if (context.Query("wait") is not { } what)
        {
            return true;
        }

        wait = DefaultWait;
        if (context.Query("timeout") is { } text)
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds))
            {
                return false;
            }

            wait = TimeSpan.FromMilliseconds(Math.Min(milliseconds, MaxWait.TotalMilliseconds));
        }

        return what == "edges";
    }

    /// <summary>Waits in all regions at once; gives the header's value.</summary>
    public static async Task<string> Wait(AdminContext context, long revision, TimeSpan wait)
    {
        IFleetGrain fleet = context.Grains.GetGrain<IFleetGrain>(IFleetGrain.Directory);
        EdgePresence[] lagging = await fleet.WaitApplied(context.WorkspaceName, revision, wait);
        EdgePresence[] all = await fleet.Edges();
        int live = all.Count(edge => edge.Live && edge.Workspace == context.WorkspaceName);
        return $"applied={Math.Max(0, live - lagging.Length)} pending={lagging.Length}";
    }
}
