using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Listeners;

/// <summary>
/// Accepts until it is told to stop. No failure ends it and none makes it spin: when the process is out of descriptors (or
/// clients have all but the <see cref="DescriptorReserve"/>) or the kernel out of memory, it waits longer each time, up to
/// <see cref="MaxBackOff"/>.
/// </summary>
internal static class AcceptLoop
{
    public static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(5);
    public static readonly TimeSpan MaxBackOff = TimeSpan.FromSeconds(1);

    /// <summary>Failures of single connections (reset before we took them) are taken at once, but not without end.</summary>
    private const int MaxImmediateRetries = 64;

    public static async Task RunAsync(
        Func<CancellationToken, ValueTask<Socket>> accept,
        Action<Socket> accepted,
        string listener,
        TimeProvider time,
        ILogger log,
        CancellationToken stopping)
    {
        int failures = 0;
        TimeSpan backOff = FirstBackOff;
        while (!stopping.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await accept(stopping);
            }
            catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                if (stopping.IsCancellationRequested)
                {
                    return;
                }

                failures++;
                if (!ConcernsOneConnection(failure) || failures > MaxImmediateRetries)
                {
                    await WaitAsync(failure.Message);
                }

                continue;
            }

            if (DescriptorReserve.IsTouchedBy(socket))
            {
                socket.Dispose();
                await WaitAsync("too few of the process's open files are left");
                continue;
            }

            failures = 0;
            backOff = FirstBackOff;
            try
            {
                accepted(socket);
            }
            catch (Exception failure)
            {
                // The peer may be gone already; whatever it is, it concerns this connection and not the listener.
                log.LogDebug(failure, "A connection of listener {Listener} was lost while it was taken", listener);
                socket.Dispose();
            }
        }

        async Task WaitAsync(string reason)
        {
            log.LogWarning("Listener {Listener} cannot accept ({Reason}); next try in {BackOff} ms", listener, reason, backOff.TotalMilliseconds);
            await Task.Delay(backOff, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            backOff = backOff * 2 > MaxBackOff ? MaxBackOff : backOff * 2;
        }
    }

    private static bool ConcernsOneConnection(Exception failure) =>
        failure is SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Interrupted or SocketError.NetworkDown or SocketError.HostUnreachable or SocketError.HostDown };
}
