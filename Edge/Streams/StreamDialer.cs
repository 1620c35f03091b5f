using System.Net;
using System.Net.Sockets;
using Mesh.Edge.Balancing;
using Mesh.Edge.Forwarding;

namespace Mesh.Edge.Streams;

/// <summary>Finds the addresses of targets.</summary>
internal sealed class StreamDialer(TimeProvider time)
{
    private readonly NameCache names = new(time);

    /// <summary>Addresses to try, in turn.</summary>
    /// <exception cref="SocketException">The name does not resolve.</exception>
    /// <exception cref="OperationCanceledException">Not within <paramref name="limit"/>.</exception>
    public ValueTask<IPEndPoint[]> ResolveAsync(TargetAddress target, TimeSpan limit) =>
        target.Literal is { } literal ? new([literal]) : AskAsync(target, limit);

    private async ValueTask<IPEndPoint[]> AskAsync(TargetAddress target, TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit, time);
        IPAddress[] addresses = await names.ResolveAsync(target.Host, deadline.Token);
        return [.. addresses.Select(address => new IPEndPoint(address, target.Port))];
    }
}
