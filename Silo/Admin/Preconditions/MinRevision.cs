using System.Globalization;

namespace Mesh.Silo.Admin.Preconditions;

/// <summary><c>?min_revision=N[&amp;timeout=ms]</c> of a read: the answer is not older than revision N, or it is 412.</summary>
internal static class MinRevision
{
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(5);

    /// <summary>Below the response timeout of a grain call.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(25);

    /// <returns>The refusal; null when the read may go on.</returns>
    public static async Task<AdminAnswer?> Await(AdminContext context)
    {
        if (context.Query("min_revision") is not { } text || context.Http.Request.Method is not ("GET" or "HEAD"))
        {
            return null;
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long wanted) || !TryReadWait(context, out TimeSpan wait))
        {
            return AdminAnswer.Message(StatusCodes.Status400BadRequest, "min_revision must be a revision, timeout a number of milliseconds");
        }

        long reached = await Follow(context, wanted, wait);
        return reached >= wanted ? null : AdminAnswer.Object(StatusCodes.Status412PreconditionFailed, json =>
        {
            json.WriteString("message", $"The configuration stands at revision {reached}, not yet at {wanted}");
            json.WriteNumber("revision", reached);
        }) with { Revision = reached };
    }

    private static async Task<long> Follow(AdminContext context, long wanted, TimeSpan wait)
    {
        TimeProvider time = context.Services.Time;
        long started = time.GetTimestamp();
        long head = await context.Workspace.Head();
        while (head < wanted && time.GetElapsedTime(started) is var waited && waited < wait)
        {
            try
            {
                head = (await context.Workspace.ReadAfter(head).WaitAsync(wait - waited, time, context.Cancel)).Head;
            }
            catch (TimeoutException)
            {
                return await context.Workspace.Head();
            }
        }

        return head;
    }

    private static bool TryReadWait(AdminContext context, out TimeSpan wait)
    {
        wait = DefaultWait;
        if (context.Query("timeout") is not { } text)
        {
            return true;
        }

        bool isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds);
        wait = TimeSpan.FromMilliseconds(Math.Min(milliseconds, MaxWait.TotalMilliseconds));
        return isNumber;
    }
}
