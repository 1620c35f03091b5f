using Microsoft.Extensions.Hosting;

namespace Mesh.Edge.Sync.Remote;

/// <summary>For a host inside a process that is not its own: signals to the process do not concern it.</summary>
internal sealed class DetachedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
