using Microsoft.AspNetCore.Connections;

namespace Mesh.Edge.Listeners;

/// <summary>A time within which something must have happened on a connection, else it is aborted. May begin and end again and again.</summary>
internal sealed class ConnectionDeadline : IDisposable
{
    private readonly TimeSpan limit;
    private readonly ITimer timer;

    public ConnectionDeadline(ConnectionContext connection, TimeSpan limit, string reason, TimeProvider time)
    {
        this.limit = limit;
        timer = time.CreateTimer(
            _ => connection.Abort(new ConnectionAbortedException(reason)), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Begin() => timer.Change(limit, Timeout.InfiniteTimeSpan);

    public void End() => timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Dispose() => timer.Dispose();
}
