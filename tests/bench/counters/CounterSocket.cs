using System.Net.Sockets;
using System.Text;

namespace Mesh.Bench.Counters;

/// <summary>A Unix socket that answers a line <c>read</c>, or <c>collect</c> (a full compacting collection first), with one line of JSON.</summary>
internal static class CounterSocket
{
    private const int LongestCommand = 16;

    public static void Serve(string path)
    {
        File.Delete(path);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();

        // A thread of its own that sleeps in accept: nothing of it shows in what is measured between two readings.
        new Thread(() => Accept(listener)) { IsBackground = true, Name = "bench counters" }.Start();
    }

    private static void Accept(Socket listener)
    {
        Span<byte> command = stackalloc byte[LongestCommand];
        while (true)
        {
            using Socket client = listener.Accept();
            int length = client.Receive(command);
            if (command[..length].StartsWith("collect"u8))
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }

            client.Send(Encoding.ASCII.GetBytes(Read()));
        }
    }

    private static string Read() => FormattableString.Invariant(
        $$"""{"allocated":{{GC.GetTotalAllocatedBytes(precise: true)}},"gen0":{{GC.CollectionCount(0)}},"gen1":{{GC.CollectionCount(1)}},"gen2":{{GC.CollectionCount(2)}},"pause_ms":{{GC.GetTotalPauseDuration().TotalMilliseconds}},"heap":{{GC.GetTotalMemory(false)}},"committed":{{GC.GetGCMemoryInfo().TotalCommittedBytes}},"contentions":{{Monitor.LockContentionCount}},"threads":{{ThreadPool.ThreadCount}}}""") + "\n";
}
