using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Mesh.Edge.Listeners;

/// <summary>Open connections of a listener, in all and by address; no more addresses than connections. Counting takes no lock.</summary>
internal sealed class ListenerLoad
{
    /// <summary>Of a counter that is being taken out.</summary>
    private const int Gone = int.MinValue;

    private readonly ConcurrentDictionary<UInt128, StrongCount> addresses = new();
    private int open;
    private long refused;

    /// <summary>Connections over a limit or from addresses that may not connect, since the listener is there.</summary>
    public long Refused => Volatile.Read(ref refused);

    public int Addresses => addresses.Count;

    public void Refuse() => Interlocked.Increment(ref refused);

    public bool TryOpen(int limit)
    {
        if (Interlocked.Increment(ref open) <= limit)
        {
            return true;
        }

        Interlocked.Decrement(ref open);
        Interlocked.Increment(ref refused);
        return false;
    }

    public void Close() => Interlocked.Decrement(ref open);

    public bool TryOpen(IPAddress address, int limit)
    {
        UInt128 key = KeyOf(address);
        while (true)
        {
            StrongCount count = addresses.GetOrAdd(key, static _ => new StrongCount());
            int now = Volatile.Read(ref count.Value);
            if (now == Gone)
            {
                // Its last connection has just closed; the one who closed it is about to take it out.
                addresses.TryRemove(new KeyValuePair<UInt128, StrongCount>(key, count));
                continue;
            }

            if (now >= limit)
            {
                Interlocked.Increment(ref refused);
                return false;
            }

            if (Interlocked.CompareExchange(ref count.Value, now + 1, now) == now)
            {
                return true;
            }
        }
    }

    public void Close(IPAddress address)
    {
        UInt128 key = KeyOf(address);
        if (addresses.TryGetValue(key, out StrongCount? count)
            && Interlocked.Decrement(ref count.Value) == 0
            && Interlocked.CompareExchange(ref count.Value, Gone, 0) == 0)
        {
            addresses.TryRemove(new KeyValuePair<UInt128, StrongCount>(key, count));
        }
    }

    /// <summary>One client has a whole IPv6 network of 64 bits to choose addresses from, so that network counts as one.</summary>
    private static UInt128 KeyOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        UInt128 key = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        bool v4 = address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6;
        return v4 ? key : key >> 64 << 64;
    }

    private sealed class StrongCount
    {
        public int Value;
    }
}
