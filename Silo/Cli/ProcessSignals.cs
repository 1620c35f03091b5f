using System.Runtime.InteropServices;

namespace Mesh.Silo.Cli;

/// <summary>SIGTERM, SIGINT and SIGQUIT: the first asks for an orderly end, a second ends the process at once.</summary>
internal sealed class ProcessSignals : IDisposable
{
    private readonly CancellationTokenSource ending = new();
    private readonly PosixSignalRegistration[] registrations;

    public ProcessSignals() =>
        registrations = [.. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT }.Select(signal => PosixSignalRegistration.Create(signal, Received))];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Ending => ending.Token;

    public void Dispose()
    {
        Array.ForEach(registrations, registration => registration.Dispose());
        ending.Dispose();
    }

    private void Received(PosixSignalContext signal)
    {
        // Uncancelled, the runtime would end the process as it does without us.
        signal.Cancel = !ending.IsCancellationRequested;
        ending.Cancel();
    }
}
