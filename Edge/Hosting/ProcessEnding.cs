using System.Runtime.InteropServices;

namespace Mesh.Edge.Hosting;

/// <summary>SIGTERM, SIGINT and SIGQUIT ask the process to end; the ending itself is the caller's, so that requests can finish. A second signal ends it at once.</summary>
internal sealed class ProcessEnding : IDisposable
{
    private readonly CancellationTokenSource requested = new();
    private readonly PosixSignalRegistration[] signals;

    public ProcessEnding()
    {
        signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask),
            PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Ask),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Requested => requested.Token;

    /// <summary>Completes with the first signal, or when <paramref name="other"/> is cancelled.</summary>
    public static async Task Wait(CancellationToken requested, CancellationToken other = default)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(requested, other);
        await Task.Delay(Timeout.InfiniteTimeSpan, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in signals)
        {
            signal.Dispose();
        }

        requested.Dispose();
    }

    private void Ask(PosixSignalContext context)
    {
        // Uncancelled, the runtime ends the process as it does without us.
        context.Cancel = !requested.IsCancellationRequested;
        requested.Cancel();
    }
}
