using System.Collections.Concurrent;
using System.Net;

namespace Mesh.Edge.Forwarding;

/// <summary>
/// Addresses of upstream hosts, remembered briefly: a burst of connections asks once. Failures are not remembered.
/// </summary>
internal sealed class NameCache(TimeProvider time)
{
    private static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(5);

    /// <summary>Names come from configuration; this only bounds what a long history of them leaves behind.</summary>
    private const int MaxNames = 10_000;

    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The host's addresses, beginning with another one each time.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The name does not resolve.</exception>
    public async ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out IPAddress? literal))
        {
            return [literal];
        }

        Entry entry = Current(host);
        try
        {
            IPAddress[] addresses = await entry.Lookup.Value.WaitAsync(cancellation);
            return entry.Rotate(addresses);
        }
        catch when (entry.Lookup.Value.IsFaulted)
        {
            entries.TryRemove(KeyValuePair.Create(host, entry));
            throw;
        }
    }

    private Entry Current(string host)
    {
        if (entries.TryGetValue(host, out Entry? entry) && time.GetElapsedTime(entry.AskedAt) < KeepFor)
        {
            return entry;
        }

        if (entries.Count >= MaxNames)
        {
            entries.Clear();
        }

        var fresh = new Entry(host, time.GetTimestamp());
        if (entry is null)
        {
            return entries.GetOrAdd(host, fresh);
        }

        return entries.TryUpdate(host, fresh, entry) ? fresh : entries.GetValueOrDefault(host, fresh);
    }

    private sealed class Entry(string host, long askedAt)
    {
        private uint turn;

        public long AskedAt => askedAt;

        public Lazy<Task<IPAddress[]>> Lookup { get; } = new(() => Dns.GetHostAddressesAsync(host));

        public IPAddress[] Rotate(IPAddress[] addresses)
        {
            if (addresses.Length < 2)
            {
                return addresses;
            }

            int first = (int)((Interlocked.Increment(ref turn) - 1) % (uint)addresses.Length);
            return [.. addresses[first..], .. addresses[..first]];
        }
    }
}
