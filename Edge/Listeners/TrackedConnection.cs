using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Mesh.Edge.Listeners;

/// <summary>A connection as its listener counts it, from accept to the end of its transport.</summary>
internal sealed class TrackedConnection(PhysicalListener listener, ConnectionContext transport, HalfOpenGate gate) : IListenerConnection
{
    private int halfOpen = 1;
    private int begun;
    private int closeWanted;

    public ConnectionContext Transport { get; } = transport;

    public ConnectionFacts Facts { get; } = new()
    {
        Listener = listener.Name,
        RemoteEndPoint = transport.RemoteEndPoint,
        LocalEndPoint = transport.LocalEndPoint,
        Secure = listener.Directive.Ssl,
        Closed = transport.ConnectionClosed,
    };

    /// <summary>The phase before HTTP is over: handshake done, protocol known.</summary>
    public void Opened()
    {
        if (Interlocked.Exchange(ref halfOpen, 0) == 1)
        {
            gate.Leave();
        }
    }

    public void Closed()
    {
        Opened();
        listener.Forget(this);
    }

    /// <summary>The first request is here. A connection of a listener that has left meanwhile closes after it.</summary>
    public void RequestBegun()
    {
        if (begun == 0 && Interlocked.Exchange(ref begun, 1) == 0 && Volatile.Read(ref closeWanted) == 1)
        {
            CloseAfterCurrentRequest();
        }
    }

    /// <inheritdoc/>
    /// <remarks>What is in flight is a request: over HTTP/1.1 and HTTP/2 the answer under way says that the connection closes.</remarks>
    public void RequestClose(bool spareFresh)
    {
        Interlocked.Exchange(ref closeWanted, 1);
        if (!spareFresh || Volatile.Read(ref begun) == 1)
        {
            CloseAfterCurrentRequest();
        }
    }

    public void Abort(string reason) => Transport.Abort(new ConnectionAbortedException(reason));

    private void CloseAfterCurrentRequest()
    {
        // The server adds the feature when it takes the connection; before, nothing is in flight.
        if (Transport.Features.Get<IConnectionLifetimeNotificationFeature>() is { } lifetime)
        {
            lifetime.RequestClose();
        }
        else
        {
            Abort("The listener is closed");
        }
    }
}
