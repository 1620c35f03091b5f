namespace Mesh.Silo.Admin;

/// <summary>Counts of the Admin API's own connections and requests.</summary>
internal sealed class AdminConnections
{
    private long open;
    private long accepted;
    private long requests;
    private long totalRequests;

    public long Open => Volatile.Read(ref open);
    public long Accepted => Volatile.Read(ref accepted);
    public long Requests => Volatile.Read(ref requests);
    public long TotalRequests => Volatile.Read(ref totalRequests);

    public async Task Count(Func<Task> connection)
    {
        Interlocked.Increment(ref accepted);
        Interlocked.Increment(ref open);
        try
        {
            await connection();
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    }

    public async Task CountRequest(Func<Task> request)
    {
        Interlocked.Increment(ref totalRequests);
        Interlocked.Increment(ref requests);
        try
        {
            await request();
        }
        finally
        {
            Interlocked.Decrement(ref requests);
        }
    }
}
