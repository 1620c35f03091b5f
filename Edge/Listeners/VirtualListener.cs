using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Mesh.Edge.Listeners;

/// <summary>Hands connections of one kind to the server. Accepting never throws: an exception would end the server's loop for good.</summary>
internal sealed class VirtualListener(VirtualEndPoint endPoint) : IConnectionListener
{
    // Not bounded here: the half-open limit bounds what can wait.
    private readonly Channel<ConnectionContext> arrivals = Channel.CreateUnbounded<ConnectionContext>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = false });

    public EndPoint EndPoint { get; } = endPoint;

    /// <summary>False when the server no longer takes connections; the caller then closes it.</summary>
    public bool TryHandOver(ConnectionContext connection) => arrivals.Writer.TryWrite(connection);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await arrivals.Reader.WaitToReadAsync(CancellationToken.None))
        {
            if (arrivals.Reader.TryRead(out ConnectionContext? connection))
            {
                return connection;
            }
        }

        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        arrivals.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();
}
