using System.Net.Sockets;
using Mesh.Edge.Listeners;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Edge.Tests.Listeners;

public sealed class AcceptLoopTests
{
    [Fact]
    public async Task Out_of_descriptors_it_waits_longer_each_time_and_goes_on()
    {
        var time = new FakeTimeProvider();
        using var stopping = new CancellationTokenSource();
        int calls = 0;
        int taken = 0;
        using var accepted = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var never = new TaskCompletionSource<Socket>();
        Task loop = AcceptLoop.RunAsync(
            stop => ++calls switch
            {
                <= 4 => throw new SocketException((int)SocketError.TooManyOpenSockets),
                5 => ValueTask.FromResult(accepted),
                6 => throw new SocketException((int)SocketError.TooManyOpenSockets),
                _ => new ValueTask<Socket>(never.Task.WaitAsync(stop)),
            },
            _ => taken++,
            "test",
            time,
            NullLogger.Instance,
            stopping.Token);

        // 5, 10, 20, 40 ms: before the time is over nothing is tried.
        TimeSpan wait = AcceptLoop.FirstBackOff;
        for (int failure = 1; failure <= 4; failure++, wait *= 2)
        {
            Assert.Equal(failure, calls);
            time.Advance(wait - TimeSpan.FromTicks(1));
            Assert.Equal(failure, calls);
            time.Advance(TimeSpan.FromTicks(1));
        }

        // A success resets the wait.
        Assert.Equal((6, 1), (calls, taken));
        time.Advance(AcceptLoop.FirstBackOff);
        Assert.Equal(7, calls);

        await stopping.CancelAsync();
        await loop.WaitAsync(TestEdge.Guard);
    }

    [Fact]
    public async Task Connections_reset_in_the_queue_are_skipped_but_never_in_an_endless_spin()
    {
        var time = new FakeTimeProvider();
        using var stopping = new CancellationTokenSource();
        int calls = 0;
        Task loop = AcceptLoop.RunAsync(
            _ =>
            {
                calls++;
                throw new SocketException((int)SocketError.ConnectionReset);
            },
            _ => { },
            "test",
            time,
            NullLogger.Instance,
            stopping.Token);

        int atFirst = calls;
        time.Advance(AcceptLoop.FirstBackOff);

        Assert.InRange(atFirst, 2, 100);
        Assert.Equal(atFirst + 1, calls);
        await stopping.CancelAsync();
        await loop.WaitAsync(TestEdge.Guard);
    }

    [Fact]
    public async Task A_connection_that_cannot_be_taken_does_not_end_the_loop()
    {
        using var stopping = new CancellationTokenSource();
        int calls = 0;
        Task loop = AcceptLoop.RunAsync(
            stop => ++calls <= 3
                ? ValueTask.FromResult(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
                : new ValueTask<Socket>(new TaskCompletionSource<Socket>().Task.WaitAsync(stop)),
            _ => throw new InvalidOperationException("gone"),
            "test",
            TimeProvider.System,
            NullLogger.Instance,
            stopping.Token);

        Assert.Equal(4, calls);
        await stopping.CancelAsync();
        await loop.WaitAsync(TestEdge.Guard);
    }

    [Theory]
    [InlineData(null, int.MaxValue)]
    [InlineData(100, 50)]
    [InlineData(500, 436)]
    [InlineData(1024, 896)]
    [InlineData(65536, 64512)]
    public void A_part_of_the_descriptors_is_kept_from_clients(int? limit, int first) => Assert.Equal(first, DescriptorReserve.FirstKept(limit));
}
