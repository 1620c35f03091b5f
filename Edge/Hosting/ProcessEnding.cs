using System.Runtime.InteropServices;

namespace Mesh.Edge.Hosting;

/// <summary>SIGTERM, SIGINT and SIGQUIT ask the process to end; the ending itself is the caller's, so that requests can finish. A second signal ends it at once.</summary>
internal sealed class ProcessEnding : IDisposable
{
    private readonly TaskCompletionSource requested = new(TaskCreationOptions.RunContinuationsAsynchronously);
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

    public Task Requested => requested.Task;

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in signals)
        {
            signal.Dispose();
        }
    }

    private void Ask(PosixSignalContext context) => context.Cancel = requested.TrySetResult();
}
