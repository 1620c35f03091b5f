using System.Net;
using System.Net.Sockets;
using Mesh.Edge.Listeners;

namespace Mesh.Edge.Streams.Udp;

/// <summary>
/// Sockets on addresses that are not this machine's, one for each that clients of a transparent listener asked at another port than
/// the listener's: answers have to come from there. While one is open the kernel may give it the next datagrams for its address,
/// which the listener then takes from it. Each stays as long as sessions use it.
/// </summary>
internal sealed class ReplySockets
{
    private readonly Lock gate = new();
    private readonly Dictionary<IPEndPoint, Entry> entries = [];

    /// <summary>For a session, which gives it back by <see cref="Return"/>.</summary>
    /// <param name="made">Called with a new one, for its datagrams to be taken.</param>
    /// <exception cref="SocketException">There can be none.</exception>
    public DatagramSocket Rent(IPEndPoint asked, Action<DatagramSocket> made)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(asked, out Entry? entry))
            {
                entry = new Entry(Open(asked));
                entries.Add(asked, entry);
                made(entry.Socket);
            }

            entry.Users++;
            return entry.Socket;
        }
    }

    public void Return(IPEndPoint asked)
    {
        lock (gate)
        {
            if (entries.TryGetValue(asked, out Entry? entry) && --entry.Users == 0)
            {
                entries.Remove(asked);
                entry.Socket.Dispose();
            }
        }
    }

    private static DatagramSocket Open(IPEndPoint asked)
    {
        Socket socket = DescriptorReserve.Dial(asked.AddressFamily, SocketType.Dgram);
        try
        {
            RawSocketOptions.Transparent(socket);
            socket.Bind(asked);
            return new DatagramSocket(socket, transparent: false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class Entry(DatagramSocket socket)
    {
        public DatagramSocket Socket => socket;

        public int Users { get; set; }
    }
}
