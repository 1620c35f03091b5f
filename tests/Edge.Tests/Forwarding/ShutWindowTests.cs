using Mesh.Edge.Forwarding;
using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tests.Pipeline;
using static Mesh.Edge.Tests.Guard.RawHttp2;

namespace Mesh.Edge.Tests.Forwarding;

public abstract class ShutWindowTests(bool own) : BothWays(own)
{
    private const int Window = 65_535;
    private readonly ManualTime time = new();

    [Fact]
    public async Task A_client_that_keeps_the_window_of_its_stream_shut_is_given_up_and_the_target_let_go()
    {
        var closed = new TaskCompletionSource();
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            await connection.ReadHeadAsync();
            try
            {
                await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n{new string('x', 300_000)}");
                await connection.WaitForCloseAsync();
            }
            finally
            {
                // Not all of it need have been taken.
                closed.SetResult();
            }
        });
        await using TestGateway gateway = await InFrontOfAsync(upstream.Port, time: time);
        await using RawClient client = await gateway.ConnectAsync();
        await client.SendAsync([.. Preface, .. Get(1, "/")]);
        await client.ReadWhileAsync(received => received.Count(c => c == 'x') < Window);
        await TestEdge.UntilAsync(() =>
        {
            // The clock of the client, and not that of the target, is running.
            if (time.LastDue == IdleTimeout.ClientLimit)
            {
                time.Advance(IdleTimeout.ClientLimit);
            }

            return closed.Task.IsCompleted;
        });
        await TestEdge.UntilAsync(() => gateway.Traffic.Fold().Length > 0);
        if (Own)
        {
            await client.ReadWhileAsync(received => !received.Contains("\0\0\u0004\u0003\0\0\0\0\u0001", StringComparison.Ordinal));
        }
    }

    public sealed class OnOwnConnections() : ShutWindowTests(true);

    public sealed class ThroughTheLibrary() : ShutWindowTests(false);
}
