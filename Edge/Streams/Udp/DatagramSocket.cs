using System.Net;
using System.Net.Sockets;

namespace Mesh.Edge.Streams.Udp;

/// <summary>
/// A bound socket of datagrams that knows where each was sent to, where the system tells: on a wildcard address, and on a transparent
/// socket, to which the kernel turns datagrams for addresses and ports that are not its own. Answers come from the address that was
/// asked.
/// </summary>
internal sealed class DatagramSocket : IDisposable
{
    private readonly Socket socket;
    private readonly SocketAddress own;

    /// <summary>Datagrams may have been sent elsewhere than to <see cref="own"/>.</summary>
    private readonly bool asks;

    private readonly byte[] look = new byte[1];
    private volatile bool closed;

    /// <param name="socket">Bound; owned.</param>
    public DatagramSocket(Socket socket, bool transparent)
    {
        this.socket = socket;
        Local = (IPEndPoint)socket.LocalEndPoint!;
        own = Local.Serialize();
        bool wildcard = Local.Address.Equals(IPAddress.Any) || Local.Address.Equals(IPAddress.IPv6Any);
        asks = (wildcard || transparent) && DatagramCalls.Supported;
        if (asks)
        {
            DatagramCalls.AskDestinations(socket);
        }
    }

    public IPEndPoint Local { get; }

    /// <summary>By <see cref="Dispose"/>.</summary>
    public bool IsClosed => closed;

    /// <summary>For <see cref="ReceiveAsync"/>.</summary>
    public DatagramPath NewPath() => new(Local.AddressFamily, own);

    /// <summary>Waits for a datagram and returns its length. One caller at a time.</summary>
    /// <exception cref="SocketException">The system cannot receive now.</exception>
    /// <param name="path">Set to the datagram's.</param>
    public async ValueTask<int> ReceiveAsync(byte[] buffer, DatagramPath path, CancellationToken stopping)
    {
        if (!asks)
        {
            return await socket.ReceiveFromAsync(buffer, SocketFlags.None, path.From, stopping);
        }

        while (true)
        {
            int count = DatagramCalls.Receive(socket, buffer, path);
            if (count >= 0)
            {
                return count;
            }

            if (count == DatagramCalls.WouldBlock)
            {
                await socket.ReceiveAsync(look, SocketFlags.Peek, stopping);
            }
            else if (count != DatagramCalls.Interrupted)
            {
                throw new SocketException((int)SocketError.SocketError, $"recvmsg: error {-count}");
            }
        }
    }

    /// <summary>To the client of the path, from where it was asked. Datagrams get lost; one that the kernel does not take is one of those.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> datagram, DatagramPath path)
    {
        // An answer to many cannot come from the address of many.
        if (asks && DatagramCalls.Send(socket, datagram.Span, path) != DatagramCalls.InvalidArgument)
        {
            return;
        }

        await socket.SendToAsync(datagram, SocketFlags.None, path.From);
    }

    public void Dispose()
    {
        closed = true;
        socket.Dispose();
    }
}
