using System.Net;
using System.Net.Sockets;
using Mesh.Edge.Balancing;
using Mesh.Edge.Forwarding;
using Mesh.Edge.Listeners;
using Mesh.Edge.ProxyProtocol;

namespace Mesh.Edge.Streams;

/// <summary>
/// One try to reach a target, TLS and a PROXY header included, within the service's connect timeout: the clock closes the socket of one that
/// is overdue. A silent address must not use up the time of those after it.
/// </summary>
internal sealed class ConnectAttempt(StreamPipeline pipeline, ServicePlan plan, ProxyHeader? client)
{
    private readonly TimeSpan whole = plan.ConnectTimeout;
    private readonly long startedAt = pipeline.Time.GetTimestamp();
    private Socket? socket;
    private long turnStartedAt;
    private TimeSpan turn = plan.ConnectTimeout;
    private volatile bool overdue;

    public bool IsOverdue => overdue;

    /// <exception cref="SocketException">The target cannot be reached, or its name does not resolve.</exception>
    /// <exception cref="ObjectDisposedException">It is overdue.</exception>
    public async ValueTask<Socket> ConnectAsync(TargetAddress target)
    {
        IPEndPoint[] addresses = await pipeline.Dialer.ResolveAsync(target, plan, client);
        for (int i = 0; ; i++)
        {
            bool last = i == addresses.Length - 1;
            turn = last ? whole : whole / addresses.Length;
            Volatile.Write(ref turnStartedAt, pipeline.Time.GetTimestamp());
            Socket dialled = DescriptorReserve.Dial(addresses[i].AddressFamily, SocketType.Stream);
            Volatile.Write(ref socket, dialled);
            IPEndPoint? announced = null;
            try
            {
                dialled.NoDelay = true;
                plan.Binding?.Prepare(dialled, client!);
                announced = LoopbackCalls.Announce(dialled, addresses[i]);
                await dialled.ConnectAsync(addresses[i], CancellationToken.None);
                if (plan.Binding is { } binding)
                {
                    await binding.AnnounceAsync(dialled, client!, CancellationToken.None);
                }

                turn = whole;
                return dialled;
            }
            catch (Exception failure)
            {
                LoopbackCalls.Forget(announced);
                if (last || overdue || failure is not (SocketException or ObjectDisposedException))
                {
                    throw;
                }

                dialled.Dispose();
            }
        }
    }

    /// <param name="now">A time stamp of the clock.</param>
    public void Check(long now)
    {
        overdue |= pipeline.Time.GetElapsedTime(startedAt, now) > whole;
        if (overdue || pipeline.Time.GetElapsedTime(Volatile.Read(ref turnStartedAt), now) > turn)
        {
            Drop();
        }
    }

    public void Drop() => Volatile.Read(ref socket)?.Dispose();
}
