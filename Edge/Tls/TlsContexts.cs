using System.Collections.Concurrent;

namespace Mesh.Edge.Tls;

/// <summary>
/// The certificates that handshakes use, read and made ready with the first of them; a bounded number, those used last.
/// What a certificate that had to go, or is no longer configured, leaves behind is only that its sessions begin anew.
/// </summary>
/// <param name="limit">Certificates kept ready. Each takes about 80 KB, a pair twice that, and once more where streams use it too.</param>
internal sealed class TlsContexts(TlsProfile profile, int limit = TlsContexts.DefaultLimit)
{
    public const int DefaultLimit = 4096;

    /// <summary>Looked at for certificates that are no longer configured, with each new one.</summary>
    private const int SweptAtOnce = 4;

    private readonly ConcurrentDictionary<ServerCertificate, LiveCertificate> live = [];
    private readonly Lock admission = new();
    private readonly List<LiveCertificate> ring = [];
    private int hand;
    private int broom;

    /// <summary>Certificates kept ready.</summary>
    public int Count => live.Count;

    /// <summary>Reads the certificate when it is not ready. Not for threads that poll sockets.</summary>
    public LiveCertificate Get(ServerCertificate certificate)
    {
        if (live.TryGetValue(certificate, out LiveCertificate? known))
        {
            known.Recent = true;
            return known;
        }

        var made = new LiveCertificate(certificate, profile);
        lock (admission)
        {
            if (!live.TryAdd(certificate, made))
            {
                made.Dispose();
                return live[certificate];
            }

            Sweep();
            if (ring.Count < limit)
            {
                ring.Add(made);
            }
            else
            {
                Replace(made);
            }
        }

        return made;
    }

    /// <summary>Second chance: who was used since the hand last came by stays for another round.</summary>
    private void Replace(LiveCertificate made)
    {
        while (ring[hand].Recent && !ring[hand].Source.IsRetired)
        {
            ring[hand].Recent = false;
            hand = (hand + 1) % ring.Count;
        }

        Leave(ring[hand]);
        ring[hand] = made;
        hand = (hand + 1) % ring.Count;
    }

    private void Sweep()
    {
        for (int i = 0; i < SweptAtOnce && ring.Count > 0; i++)
        {
            broom = (broom + 1) % ring.Count;
            if (ring[broom].Source.IsRetired)
            {
                Leave(ring[broom]);
                ring[broom] = ring[^1];
                ring.RemoveAt(ring.Count - 1);
                hand = ring.Count == 0 ? 0 : hand % ring.Count;
            }
        }
    }

    private void Leave(LiveCertificate gone)
    {
        live.TryRemove(gone.Source, out _);
        gone.Dispose();
    }
}
