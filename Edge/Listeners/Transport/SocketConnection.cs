using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Listeners.Transport;

/// <summary>
/// A client's connection as the server knows it, right on its socket. The library's own keeps two pipes and two loops for each
/// connection between the two, and receives 4 KB at a time.
/// </summary>
internal sealed class SocketConnection : ConnectionContext, IDuplexPipe, IMemoryPoolFeature, IConnectionIdFeature, IConnectionSocketFeature, IThreadPoolWorkItem
{
    /// <summary>Ours and the server's.</summary>
    private const int ExpectedFeatures = 11;

    /// <summary>Bytes that a client has sent and nobody read, thrown away before the connection is closed.</summary>
    private const int MaxUnread = 1024 * 1024;

    private static long last = DateTime.UtcNow.Ticks;

    private readonly ILogger log;
    private readonly SocketInput input;
    private readonly SocketOutput output;
    private readonly CancellationTokenSource ended = new();
    private ConnectionAbortedException? reason;
    private string? id;
    private IDictionary<object, object?>? items;
    private int told;
    private int closed;

    public SocketConnection(Socket socket, MemoryPool<byte> memory, ILogger log)
    {
        this.log = log;
        Socket = socket;
        MemoryPool = memory;
        input = new SocketInput(socket, this);
        output = new SocketOutput(socket);
        Transport = this;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        ConnectionClosed = ended.Token;
        Features.Set<IMemoryPoolFeature>(this);
        Features.Set<IConnectionIdFeature>(this);
        Features.Set<IConnectionSocketFeature>(this);
    }

    public Socket Socket { get; }

    public MemoryPool<byte> MemoryPool { get; }

    public override IFeatureCollection Features { get; } = new FeatureCollection(ExpectedFeatures);

    public override IDuplexPipe Transport { get; set; }

    public override string ConnectionId
    {
        get => id ??= Interlocked.Increment(ref last).ToString("X", CultureInfo.InvariantCulture);
        set => id = value;
    }

    public override IDictionary<object, object?> Items
    {
        get => items ??= new ConnectionItems();
        set => items = value;
    }

    /// <summary>Why it was ended here; null when it was not.</summary>
    public Exception? Reason => Volatile.Read(ref reason);

    PipeReader IDuplexPipe.Input => input;

    PipeWriter IDuplexPipe.Output => output;

    /// <summary>At once: what is on its way is lost, and the client is told by a reset.</summary>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        Interlocked.CompareExchange(ref reason, abortReason, null);
        if (Interlocked.Exchange(ref closed, 1) == 0)
        {
            Socket.Close(timeout: 0);
            TellEnd();
        }
    }

    /// <summary>Once, to all who want to know that nothing comes any more.</summary>
    public void TellEnd()
    {
        if (Interlocked.Exchange(ref told, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>When the server is done with it: sends what is left, then says that nothing more comes.</summary>
    public override async ValueTask DisposeAsync()
    {
        input.Complete();
        output.Complete();
        await output.DrainAsync();
        Interlocked.CompareExchange(ref reason, new ConnectionAbortedException("The server is done with the connection."), null);
        if (Interlocked.Exchange(ref closed, 1) == 0)
        {
            Finish();
            Socket.Dispose();
            TellEnd();
        }

        input.Release();
        await base.DisposeAsync();
    }

    /// <summary>Off the thread that polls sockets: it is not known what those do who want to be told.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            ended.Cancel();
        }
        catch (AggregateException failure)
        {
            log.LogError(failure, "What was to be done at the end of connection {Id} failed", ConnectionId);
        }
    }

    private void Finish()
    {
        try
        {
            if (!input.IsWaiting)
            {
                ThrowUnreadAway();
            }

            Socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException gone)
        {
            log.LogDebug("Connection {Id} was gone before it was closed: {Reason}", ConnectionId, gone.SocketErrorCode);
        }
    }

    /// <summary>The kernel answers a connection that is closed with something unread by a reset, and the client may lose the last answer to that.</summary>
    private void ThrowUnreadAway()
    {
        byte[] unread = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (int thrown = 0; thrown < MaxUnread && Socket.Available > 0;)
            {
                thrown += Socket.Receive(unread, SocketFlags.None);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(unread);
        }
    }
}
