using Mesh.Edge.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Edge.Tests.Hosting;

public sealed class MemoryReturnTests
{
    [Fact]
    public async Task Collects_once_after_loads_and_never_for_small_changes()
    {
        using var stop = new CancellationTokenSource();
        var time = new FakeTimeProvider();
        var collected = new System.Collections.Concurrent.ConcurrentQueue<DateTimeOffset>();
        DateTimeOffset begun = time.GetUtcNow();
        using var memory = new MemoryReturn(time, () => collected.Enqueue(time.GetUtcNow()));
        Task running = memory.Run(stop.Token);
        memory.Applied(MemoryReturn.BulkEntities);
        memory.Applied(MemoryReturn.BulkEntities * 2);
        while (collected.IsEmpty)
        {
            await Second();
        }

        // Two loads at once are settled together; the collection may come later than due, never earlier.
        Assert.True(collected.First() - begun >= MemoryReturn.SettleTime);
        memory.Applied(MemoryReturn.BulkEntities - 1);
        for (int second = 0; second < 10 * MemoryReturn.SettleTime.TotalSeconds; second++)
        {
            await Second();
        }

        Assert.Single(collected);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        // Lets what the advanced clock has released run.
        async Task Second()
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }
}
