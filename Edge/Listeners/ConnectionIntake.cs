using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Mesh.Edge.Listeners.Transport;
using Mesh.Edge.ProxyProtocol;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Listeners;

/// <summary>Takes accepted sockets, finds out what they speak where the port allows two things, and hands them to the server.</summary>
internal sealed class ConnectionIntake(
    VirtualListenerFactory endPoints,
    EdgeServerLimits limits,
    MemoryPool<byte> memory,
    TimeProvider time,
    ILogger log)
{
    public HalfOpenGate Gate { get; } = new(limits.MaxHalfOpenConnections);

    /// <summary>Called by accept loops; does not wait.</summary>
    public void Accept(PhysicalListener listener, Socket socket)
    {
        ListenerTerms terms = listener.Terms;
        if (!terms.Admits(socket.RemoteEndPoint) || !terms.Load.TryOpen(terms.MaxConnections))
        {
            socket.Dispose();
            return;
        }

        if (!Gate.TryEnter())
        {
            terms.Load.Close();
            socket.Dispose();
            return;
        }

        TrackedConnection connection;
        try
        {
            if (socket.LocalEndPoint is IPEndPoint)
            {
                socket.NoDelay = true;
            }

            connection = new TrackedConnection(listener, terms, new SocketConnection(socket, memory, log), Gate, time);
            if (listener.Directive.Transparent && RawSocketOptions.OriginalDestination(socket) is { } original)
            {
                connection.Facts.LocalEndPoint = original;
            }
        }
        catch
        {
            Gate.Leave();
            terms.Load.Close();
            throw;
        }

        connection.Transport.Features.Set(connection);
        connection.Transport.Features.Set(connection.Facts);
        listener.Remember(connection);
        if (listener.Directive.ProxyProtocol)
        {
            _ = TakeProxyHeaderAsync(connection, listener.Directive);
        }
        else
        {
            Serve(connection, listener.Directive);
        }
    }

    private void Serve(TrackedConnection connection, ListenDirective directive)
    {
        if (!connection.TryCountClient())
        {
            _ = DropAsync(connection, "The client has as many connections as it may");
            return;
        }

        switch (directive)
        {
            case { Ssl: true, Http2: var http2 }:
                connection.HandshakeBegun();
                HandOver(connection, http2 ? ConnectionKind.TlsHttp2 : ConnectionKind.TlsHttp1);
                break;
            case { Http2: true }:
                _ = SniffAsync(connection);
                break;
            default:
                HandOver(connection, ConnectionKind.Http1);
                break;
        }
    }

    /// <summary>Mandatory where the directive says so, and believed only when it comes from who may send it.</summary>
    private async Task TakeProxyHeaderAsync(TrackedConnection connection, ListenDirective directive)
    {
        try
        {
            if (connection.Terms.Trusts(connection.Facts.RemoteEndPoint))
            {
                using var timeout = new CancellationTokenSource(connection.Terms.HandshakeTimeout ?? limits.HandshakeTimeout, time);
                if (await ProxyHeaderReader.ReadAsync(connection.Transport.Transport.Input, timeout.Token) is { } header)
                {
                    connection.Facts.Adopt(header);
                    Serve(connection, directive);
                    return;
                }
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or ConnectionResetException)
        {
            log.LogDebug("Connection {Id} ended before its PROXY header: {Reason}", connection.Transport.ConnectionId, ended.Message);
        }

        await DropAsync(connection, "No PROXY header came from a trusted address");
    }

    private void HandOver(TrackedConnection connection, ConnectionKind kind)
    {
        if (!endPoints[kind].TryHandOver(connection.Transport))
        {
            _ = DropAsync(connection, "The server is stopping");
        }
    }

    private async Task SniffAsync(TrackedConnection connection)
    {
        try
        {
            using var timeout = new CancellationTokenSource(connection.Terms.HandshakeTimeout ?? limits.HandshakeTimeout, time);
            if (await PrefaceSniffer.DetectAsync(connection.Transport.Transport.Input, timeout.Token) is { } kind)
            {
                HandOver(connection, kind);
                return;
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or ConnectionResetException)
        {
            log.LogDebug("Connection {Id} ended before its protocol was known: {Reason}", connection.Transport.ConnectionId, ended.Message);
        }

        await DropAsync(connection, "The client did not say what it speaks");
    }

    private static async Task DropAsync(TrackedConnection connection, string reason)
    {
        try
        {
            connection.Abort(reason);
            await connection.Transport.DisposeAsync();
        }
        finally
        {
            connection.Closed();
        }
    }
}
