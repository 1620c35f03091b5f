namespace Mesh.Edge.Tests.Plugins.Logging;

internal static class RunningCondition
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    /// <summary>Waits without a bound of its own but the guard, which is there so that a broken test ends.</summary>
    public static async Task Until(Func<bool> condition)
    {
        using var guard = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        guard.CancelAfter(Guard);
        while (!condition())
        {
            guard.Token.ThrowIfCancellationRequested();
            await Task.Delay(5, guard.Token);
        }
    }
}
