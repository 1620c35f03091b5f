using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.ControlPlane;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Sync;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Edge.Tests.Sync;

public sealed class ReporterTests : IAsyncDisposable
{
    private static readonly EdgeIdentity Edge = new(Guid.NewGuid(), Guid.NewGuid(), "host", "1", "10", "region", "zone", DateTimeOffset.UnixEpoch);
    private readonly FakeTimeProvider time = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Receiver receiver = new();
    private readonly Reporter reporter;
    private Task running = Task.CompletedTask;
    private long revision = 1;
    private long folded;
    private bool quiet;

    public ReporterTests()
    {
        reporter = new Reporter(
            receiver,
            Edge,
            "default",
            () => new ReportedState(Volatile.Read(ref revision), [], [], new EdgeResources(1, 2, 3, 4, 5)),
            _ => Volatile.Read(ref quiet) ? [] : [new TrafficBatch(0, Interlocked.Increment(ref folded), [])],
            time,
            NullLogger.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        reporter.Dispose();
        stop.Dispose();
    }

    [Fact]
    public async Task A_report_goes_out_every_second_with_rising_sequence_and_the_traffic_of_that_second()
    {
        Start();
        for (int second = 1; second <= 3; second++)
        {
            time.Advance(Reporter.Interval);
            await receiver.Until(taken => taken.Count == second);
        }

        Assert.Equal([1L, 2, 3], receiver.Taken.Select(report => report.Sequence));
        Assert.Equal([1L, 2, 3], receiver.Taken.Select(report => Assert.Single(report.Traffic).Second));
        Assert.All(receiver.Taken, report => Assert.Equal(Edge, report.Edge));
    }

    [Fact]
    public async Task An_applied_revision_is_told_at_once()
    {
        Start();
        Volatile.Write(ref revision, 42);
        reporter.RevisionChanged();
        await receiver.Until(taken => taken.Count == 1);
        Assert.Equal(42, receiver.Taken[0].AppliedRevision);
        Assert.Empty(receiver.Taken[0].Traffic);
    }

    [Fact]
    public async Task A_second_without_traffic_is_still_a_sign_of_life()
    {
        Volatile.Write(ref quiet, true);
        Start();
        time.Advance(Reporter.Interval);
        await receiver.Until(taken => taken.Count == 1);
        Assert.Empty(receiver.Taken[0].Traffic);
    }

    [Fact]
    public async Task A_report_that_failed_is_sent_again_unchanged_until_it_is_taken()
    {
        receiver.Refuse = true;
        Start();
        for (int second = 1; second <= 3; second++)
        {
            time.Advance(Reporter.Interval);
            await receiver.Until(_ => Volatile.Read(ref folded) == second);
        }

        // Time now runs far ahead of the reporter; no more traffic, so that the queue does not overflow.
        Volatile.Write(ref quiet, true);
        Volatile.Write(ref revision, 2);
        await AdvanceUntil(() => receiver.Attempts.Count >= 4);
        receiver.Refuse = false;
        await AdvanceUntil(() => receiver.Taken.Count >= 1);
        EdgeReport first = receiver.Attempts[0];
        Assert.Same(first, receiver.Attempts[1]);
        Assert.Same(first, receiver.Taken[0]);

        // Nothing that was folded meanwhile is missing, and nothing is there twice.
        await AdvanceUntil(() => receiver.Taken.Sum(report => report.Traffic.Length) == Volatile.Read(ref folded));
        long[] seconds = [.. receiver.Taken.SelectMany(report => report.Traffic).Select(batch => batch.Second)];
        Assert.Equal(Enumerable.Range(1, seconds.Length).Select(second => (long)second), seconds);
        Assert.Equal(0, reporter.LostIntervals);
    }

    [Fact]
    public async Task A_long_absence_costs_the_oldest_traffic_and_is_counted()
    {
        receiver.Refuse = true;
        Start();
        while (Volatile.Read(ref folded) < 3 * Reporter.MaxWaitingIntervals)
        {
            time.Advance(Reporter.Interval);
            await Task.Yield();
        }

        Volatile.Write(ref quiet, true);
        receiver.Refuse = false;
        await AdvanceUntil(() => receiver.Taken.Sum(report => report.Traffic.Length) + reporter.LostIntervals == Volatile.Read(ref folded));
        long[] seconds = [.. receiver.Taken.SelectMany(report => report.Traffic).Select(batch => batch.Second)];
        Assert.InRange(seconds.Length, 1, Reporter.MaxWaitingIntervals + 1);
        Assert.Equal(Volatile.Read(ref folded), seconds[^1]);
        Assert.Equal(seconds.Order(), seconds);
    }

    [Fact]
    public async Task A_call_that_never_ends_is_given_up_and_repeated()
    {
        receiver.Hang = true;
        Start();
        time.Advance(Reporter.Interval);
        await receiver.Until(_ => receiver.Attempts.Count == 1);
        Volatile.Write(ref quiet, true);
        receiver.Hang = false;
        await AdvanceUntil(() => receiver.Taken.Count >= 1);
        Assert.Same(receiver.Attempts[0], receiver.Taken[0]);
    }

    [Fact]
    public async Task What_is_left_goes_out_at_the_end()
    {
        Start();
        await stop.CancelAsync();
        await running;
        Volatile.Write(ref revision, 9);
        await reporter.Finish(CancellationToken.None);
        Assert.Equal(9, receiver.Taken[^1].AppliedRevision);
        Assert.Equal(Volatile.Read(ref folded), receiver.Taken.Sum(report => report.Traffic.Length));
    }

    private void Start() => running = reporter.Run(stop.Token);

    private async Task AdvanceUntil(Func<bool> condition)
    {
        using var guard = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            guard.Token.ThrowIfCancellationRequested();
            time.Advance(Reporter.CallTimeout);
            await Task.Yield();
        }
    }

    private sealed class Receiver : IControlPlane
    {
        private readonly Lock gate = new();
        private readonly List<EdgeReport> taken = [];
        private readonly List<EdgeReport> attempts = [];
        private volatile bool refuse;
        private volatile bool hang;

        public bool Refuse { set => refuse = value; }

        public bool Hang { set => hang = value; }

        public IReadOnlyList<EdgeReport> Taken => Copy(taken);

        public IReadOnlyList<EdgeReport> Attempts => Copy(attempts);

        public async Task Until(Func<IReadOnlyList<EdgeReport>, bool> condition)
        {
            using var guard = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            while (!condition(Taken))
            {
                guard.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        public Task Report(EdgeReport report, CancellationToken cancel)
        {
            lock (gate)
            {
                attempts.Add(report);
                if (refuse)
                {
                    throw new IOException("away");
                }

                if (hang)
                {
                    return new TaskCompletionSource().Task;
                }

                taken.Add(report);
            }

            return Task.CompletedTask;
        }

        public Task<ConfigDelta> Next(string workspace, long afterRevision, CancellationToken cancel) => throw new NotSupportedException();

        public Task<SnapshotPage?> Snapshot(string workspace, long? revision, int page, CancellationToken cancel) => throw new NotSupportedException();

        private EdgeReport[] Copy(List<EdgeReport> list)
        {
            lock (gate)
            {
                return [.. list];
            }
        }
    }
}
