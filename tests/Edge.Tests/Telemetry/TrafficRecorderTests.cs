using Mesh.Abstractions.Reports;
using Mesh.Edge.Telemetry;

namespace Mesh.Edge.Tests.Telemetry;

public class TrafficRecorderTests
{
    private static readonly Guid Edge = Guid.NewGuid();
    private static readonly Guid Route = Guid.NewGuid();
    private static readonly Guid Service = Guid.NewGuid();

    private static TrafficRecord Record(short status = 200, long latency = 1000, bool failed = false) => new()
    {
        Route = Route,
        Service = Service,
        Upstream = Service,
        TargetAddress = "127.0.0.1:80",
        BytesIn = 1,
        BytesOut = 2,
        LatencyMicroseconds = latency,
        UpstreamMicroseconds = latency / 2,
        Status = status,
        Failed = failed,
    };

    [Fact]
    public void An_exchange_is_counted_for_its_edge_route_service_and_target()
    {
        var recorder = new TrafficRecorder(TimeProvider.System, Edge);
        recorder.Write(Record(502, failed: true));
        TrafficSample[] samples = Samples(recorder);

        Assert.Equal(4, samples.Length);
        Assert.All(samples, sample => Assert.Equal((1L, 1L, 1L, 2L), (sample.Requests, sample.Failures, sample.BytesIn, sample.BytesOut)));
        Assert.All(samples, sample => Assert.Equal([0, 0, 0, 0, 1], sample.Statuses));
        Assert.Equal("127.0.0.1:80", Assert.Single(samples, sample => sample.Subject == TrafficSubject.Target).Address);
        Assert.Equal(Edge, Assert.Single(samples, sample => sample.Subject == TrafficSubject.Edge).Id);
        Assert.Empty(recorder.Fold());
    }

    [Fact]
    public void A_try_that_another_one_followed_counts_for_its_target_alone()
    {
        var recorder = new TrafficRecorder(TimeProvider.System, Edge);
        recorder.Write(new TrafficRecord { Upstream = Service, TargetAddress = "127.0.0.1:81", UpstreamMicroseconds = -1, Status = 502, Failed = true, Try = true });
        TrafficSample sample = Assert.Single(Samples(recorder));
        Assert.Equal((TrafficSubject.Target, "127.0.0.1:81", 1L, 1L), (sample.Subject, sample.Address, sample.Requests, sample.Failures));
    }

    [Fact]
    public void A_batch_holds_only_subjects_of_its_shard()
    {
        var recorder = new TrafficRecorder(TimeProvider.System, Edge);
        for (int i = 0; i < 500; i++)
        {
            TrafficRecord record = Record();
            record.Route = Guid.NewGuid();
            recorder.Write(record);
        }

        TrafficBatch[] batches = recorder.Fold();
        Assert.True(batches.Length <= TrafficShards.Count);
        Assert.All(batches, batch => Assert.All(batch.Samples, sample => Assert.Equal(batch.Shard, TrafficShards.Of(sample.Id))));
        Assert.Equal(503, batches.Sum(batch => batch.Samples.Length));
    }

    [Fact]
    public void Very_many_subjects_take_turns_and_none_is_left_out()
    {
        var recorder = new TrafficRecorder(TimeProvider.System, Edge);
        Guid[] routes = [.. Enumerable.Range(0, 4000).Select(_ => Guid.NewGuid())];
        int most = 0;
        Dictionary<Guid, long> seen = [];
        for (int fold = 0; fold < TrafficShards.Count; fold++)
        {
            foreach (Guid route in routes)
            {
                TrafficRecord record = Record();
                record.Route = route;
                recorder.Write(record);
            }

            TrafficSample[] samples = [.. recorder.Fold(all: fold == TrafficShards.Count - 1).SelectMany(batch => batch.Samples)];
            Assert.Equal(routes.Length, Assert.Single(samples, sample => sample.Subject == TrafficSubject.Edge).Requests);
            most = fold is > 0 and < TrafficShards.Count - 1 ? Math.Max(most, samples.Length) : most;
            foreach (TrafficSample sample in samples.Where(sample => sample.Subject == TrafficSubject.Route))
            {
                seen[sample.Id] = seen.GetValueOrDefault(sample.Id) + sample.Requests;
            }
        }

        Assert.InRange(most, 1, 1500);
        Assert.Equal(routes.Length, seen.Count);
        Assert.All(seen.Values, requests => Assert.Equal(TrafficShards.Count, requests));
    }

    [Fact]
    public async Task Writers_on_many_threads_lose_nothing_while_the_buffers_are_folded()
    {
        var recorder = new TrafficRecorder(TimeProvider.System, Edge);
        const int writers = 8;
        const int each = 50_000;
        Thread[] threads =
        [
            .. Enumerable.Range(0, writers).Select(_ => new Thread(() =>
            {
                for (int i = 0; i < each; i++)
                {
                    recorder.Write(Record(latency: i));
                }
            })),
        ];
        Array.ForEach(threads, thread => thread.Start());
        long seen = 0;
        while (threads.Any(thread => thread.IsAlive))
        {
            seen += Requests(recorder);
            await Task.Yield();
        }

        seen += Requests(recorder);
        Assert.Equal((long)writers * each, seen + recorder.Dropped);
        Assert.Equal(0, recorder.Dropped);
    }

    [Fact]
    public void What_folding_cannot_keep_up_with_is_dropped_and_counted()
    {
        var recorder = new TrafficRecorder(TimeProvider.System, Edge);
        const int written = 1024 * 1024 * 4;
        for (int i = 0; i < written; i++)
        {
            recorder.Write(Record());
        }

        Assert.True(recorder.Dropped > 0);
        Assert.Equal(written, Requests(recorder) + recorder.Dropped);
    }

    [Fact]
    public void Recording_allocates_nothing_in_steady_state()
    {
        var recorder = new TrafficRecorder(TimeProvider.System, Edge);
        TrafficRecord record = Record();
        recorder.Write(record);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 500; i++)
        {
            recorder.Write(record);
        }

        // A change of processor can open one more chunk; 500 records fit into what is open on any of them.
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static long Requests(TrafficRecorder recorder) =>
        Samples(recorder).Where(sample => sample.Subject == TrafficSubject.Edge).Sum(sample => sample.Requests);

    private static TrafficSample[] Samples(TrafficRecorder recorder) => [.. recorder.Fold().SelectMany(batch => batch.Samples)];
}
