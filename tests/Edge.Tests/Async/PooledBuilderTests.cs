using System.Runtime.CompilerServices;
using Mesh.Edge.Async;

namespace Mesh.Edge.Tests.Async;

public sealed class PooledBuilderTests
{
    private static readonly AsyncLocal<string?> Ambient = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tells_its_result_whether_it_waits_or_not(bool waits)
    {
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(i, await Give(i, waits));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tells_its_failure_whether_it_waits_or_not(bool waits)
    {
        for (int i = 0; i < 10; i++)
        {
            InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(async () => await Fail($"{i}", waits));
            Assert.Equal($"{i}", failure.Message);
        }
    }

    [Fact]
    public async Task Keeps_methods_apart_that_wait_at_the_same_time()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 2000), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
        {
            Ambient.Value = $"{i}";
            Assert.Equal($"{i}", await Told(depth: 5));
        });
    }

    [Fact]
    public async Task Changes_of_the_execution_context_stay_within()
    {
        Ambient.Value = "before";
        await Set("within");
        Assert.Equal("before", Ambient.Value);
    }

    [Fact]
    public async Task A_result_cannot_be_taken_twice()
    {
        ValueTask<int> giving = Give(1, waits: true);
        Assert.Equal(1, await giving);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await giving);
    }

    [AsyncMethodBuilder(typeof(PooledBuilder<>))]
    private static async ValueTask<int> Give(int value, bool waits)
    {
        if (waits)
        {
            await Task.Yield();
        }

        return value;
    }

    [AsyncMethodBuilder(typeof(PooledBuilder))]
    private static async ValueTask Fail(string message, bool waits)
    {
        if (waits)
        {
            await Task.Yield();
        }

        throw new InvalidOperationException(message);
    }

    [AsyncMethodBuilder(typeof(PooledBuilder<>))]
    private static async ValueTask<string?> Told(int depth)
    {
        await Task.Yield();
        return depth == 0 ? Ambient.Value : await Told(depth - 1);
    }

    [AsyncMethodBuilder(typeof(PooledBuilder))]
    private static async ValueTask Set(string value)
    {
        Ambient.Value = value;
        await Task.Yield();
        Assert.Equal(value, Ambient.Value);
    }
}
