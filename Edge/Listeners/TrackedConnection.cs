using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Mesh.Edge.Listeners;

/// <summary>A connection as its listener counts it, from accept to the end of its transport.</summary>
internal sealed class TrackedConnection(PhysicalListener listener, ListenerTerms terms, ConnectionContext transport, HalfOpenGate gate, TimeProvider time) : IListenerConnection
{
    private readonly ConnectionDeadline? handshake = terms.HandshakeTimeout is { } limit ? new ConnectionDeadline(transport, limit, "The handshake took too long", time) : null;
    private IPAddress? counted;
    private int closed;
    private int halfOpen = 1;
    private int begun;
    private int closeWanted;

    /// <summary>Those of its listener when it came.</summary>
    public ListenerTerms Terms { get; } = terms;

    public ConnectionContext Transport { get; } = transport;

    public ConnectionFacts Facts { get; } = new()
    {
        Listener = listener.Name,
        RemoteEndPoint = transport.RemoteEndPoint,
        LocalEndPoint = transport.LocalEndPoint,
        Secure = listener.Directive.Ssl,
        ClientTrust = terms.ClientTrust,
        Closed = transport.ConnectionClosed,
    };

    /// <summary>Counts the connection as the client's. False when that client has as many as it may.</summary>
    public bool TryCountClient()
    {
        if (Terms.MaxConnectionsPerAddress == int.MaxValue || Facts.RemoteEndPoint is not IPEndPoint client)
        {
            return true;
        }

        bool granted = Terms.Load.TryOpen(client.Address, Terms.MaxConnectionsPerAddress);
        counted = granted ? client.Address : null;
        return granted;
    }

    /// <summary>Begins the time that a handshake, with what comes before it, may take.</summary>
    public void HandshakeBegun() => handshake?.Begin();

    /// <summary>The phase before HTTP is over: handshake done, protocol known.</summary>
    public void Opened()
    {
        if (Interlocked.Exchange(ref halfOpen, 0) == 1)
        {
            handshake?.Dispose();
            gate.Leave();
        }
    }

    public void Closed()
    {
        Opened();
        if (Interlocked.Exchange(ref closed, 1) == 0)
        {
            Terms.Load.Close();
            if (counted is { } client)
            {
                Terms.Load.Close(client);
            }
        }

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
