using System.Buffers.Binary;
using System.Net.Sockets;
using Mesh.Silo.Admin.Access;

namespace Mesh.Silo.Admin.Guard;

/// <summary>
/// Counts refused credentials by address: an IPv4 address, or the /64 that one IPv6 network has. It only ever changes the answer
/// to a credential that is wrong anyway, so nobody can be locked out by others behind the same address.
/// </summary>
internal sealed class FailedAttempts(TimeProvider time)
{
    /// <summary>Refused with 401 and recorded each; beyond, with 429 and recorded once.</summary>
    public const int MaxFailures = 10;

    /// <summary>Addresses remembered; two that meet in one slot forget each other's count.</summary>
    private const int Slots = 4096;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Entry[] entries = new Entry[Slots];

    /// <summary>One more from this address.</summary>
    public FailedAttempt Note(AdminPeer peer)
    {
        UInt128 key = Key(peer);
        DateTimeOffset now = time.GetUtcNow();
        lock (gate)
        {
            ref Entry entry = ref entries[(uint)key.GetHashCode() % Slots];
            if (entry.Key != key || entry.Count == 0 || now - entry.Since >= Window)
            {
                entry = new Entry(key, now, 0);
            }

            entry.Count = Math.Min(entry.Count + 1, MaxFailures + 2);
            return new FailedAttempt(
                entry.Count > MaxFailures ? Window - (now - entry.Since) : null,
                IsRecorded: entry.Count <= MaxFailures + 1);
        }
    }

    private static UInt128 Key(AdminPeer peer)
    {
        if (peer.Address is not { } address)
        {
            return 0;
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int written);
        return address.AddressFamily == AddressFamily.InterNetwork && written == 4
            ? new UInt128(1, BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : new UInt128(2, BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }

    private record struct Entry(UInt128 Key, DateTimeOffset Since, int Count);
}
