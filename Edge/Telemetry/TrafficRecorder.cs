using System.Collections.Concurrent;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Balancing;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Streams;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Telemetry;

/// <summary>
/// Notes every finished exchange in a buffer of the core it ran on and folds the buffers into mergeable samples when the
/// edge's report is made. The request path pays for one claimed slot and one copied struct: it allocates nothing, takes no
/// lock and looks nothing up.
/// </summary>
internal sealed class TrafficRecorder
{
    /// <summary>Full chunks waiting to be folded; beyond that, exchanges go uncounted (and are counted as <see cref="Dropped"/>).</summary>
    private const int MaxFullChunks = 1024;

    private readonly TimeProvider time;
    private readonly Lane[] lanes;
    private readonly ConcurrentQueue<RecordChunk> full = new();
    private readonly ConcurrentQueue<RecordChunk> spare = new();
    private readonly List<RecordChunk> incomplete = [];
    private readonly TrafficFold fold;
    private int fullCount;
    private long dropped;

    /// <param name="edge">Id under which the sum of everything is reported.</param>
    public TrafficRecorder(TimeProvider time, Guid edge)
    {
        this.time = time;
        fold = new TrafficFold(edge);
        lanes = new Lane[Environment.ProcessorCount];
        for (int i = 0; i < lanes.Length; i++)
        {
            lanes[i] = new Lane { Chunk = Fresh() };
        }
    }

    /// <summary>Exchanges that were not counted because folding fell behind.</summary>
    public long Dropped => Volatile.Read(ref dropped);

    /// <summary>Called once per exchange, on the request path.</summary>
    public void Record(Exchange exchange)
    {
        var record = new TrafficRecord
        {
            Route = exchange.Route?.Id ?? Guid.Empty,
            Service = exchange.Service?.Id ?? Guid.Empty,
            Upstream = exchange.Upstream ?? exchange.Service?.Id ?? Guid.Empty,
            TargetAddress = exchange.TargetAddress,
            BytesIn = exchange.BytesIn,
            BytesOut = exchange.BytesOut,
            LatencyMicroseconds = Microseconds(exchange.StartedAt, time.GetTimestamp()),
            UpstreamMicroseconds = exchange.UpstreamHeadersAt == 0 ? -1 : Microseconds(exchange.UpstreamStartedAt, exchange.UpstreamHeadersAt),
            Retries = exchange.Retries,
            Status = (short)exchange.Http.Response.StatusCode,
            Failed = exchange.UpstreamFailed,
        };
        Write(record);
        if (exchange.FailedTargets is { } failed)
        {
            RecordTries(record.Upstream, failed);
        }
    }

    /// <summary>Called once per stream, when it has ended.</summary>
    public void Record(StreamExchange stream)
    {
        Guid service = stream.Service?.Id ?? Guid.Empty;
        var record = new TrafficRecord
        {
            Route = stream.Route?.Id ?? Guid.Empty,
            Service = service,
            Upstream = stream.Upstream ?? service,
            TargetAddress = stream.Target?.Text,
            BytesIn = stream.Received,
            BytesOut = stream.Sent,
            LatencyMicroseconds = Microseconds(stream.StartedAt, stream.EndedAt),
            UpstreamMicroseconds = stream.ReachedUpstream ? Microseconds(stream.UpstreamStartedAt, stream.UpstreamConnectedAt) : -1,
            Retries = stream.Retries,
            Status = (short)stream.Status,
            Failed = stream.UpstreamFailed,
        };
        Write(record);
        if (stream.FailedTargets is { } failed)
        {
            RecordTries(record.Upstream, failed);
        }
    }

    private void RecordTries(Guid upstream, IReadOnlyList<TargetAddress> targets)
    {
        for (int i = 0; i < targets.Count; i++)
        {
            Write(new TrafficRecord
            {
                Upstream = upstream,
                TargetAddress = targets[i].Text,
                UpstreamMicroseconds = -1,
                Status = StatusCodes.Status502BadGateway,
                Failed = true,
                Try = true,
            });
        }
    }

    internal void Write(in TrafficRecord record)
    {
        Lane lane = lanes[(uint)Thread.GetCurrentProcessorId() % (uint)lanes.Length];
        while (true)
        {
            RecordChunk chunk = Volatile.Read(ref lane.Chunk);
            if (chunk.TryWrite(record))
            {
                return;
            }

            if (Volatile.Read(ref fullCount) >= MaxFullChunks)
            {
                Interlocked.Increment(ref dropped);
                return;
            }

            Turn(lane, chunk);
        }
    }

    /// <summary>
    /// What was recorded since the last call, one batch per shard that has something. For one caller at a time (the reporter).
    /// </summary>
    /// <param name="all">False: with very many subjects some of them wait for their turn at a later call.</param>
    public TrafficBatch[] Fold(bool all = true)
    {
        foreach (Lane lane in lanes)
        {
            Turn(lane, Volatile.Read(ref lane.Chunk));
        }

        // A chunk whose writer was interrupted between claim and write waits for the next fold.
        RecordChunk[] waiting = [.. incomplete];
        incomplete.Clear();
        foreach (RecordChunk chunk in waiting)
        {
            Take(chunk);
        }

        int due = Volatile.Read(ref fullCount);
        while (due-- > 0 && full.TryDequeue(out RecordChunk? chunk))
        {
            Interlocked.Decrement(ref fullCount);
            Take(chunk);
        }

        return fold.Emit(time.GetUtcNow().ToUnixTimeSeconds(), all);
    }

    private void Take(RecordChunk chunk)
    {
        if (!chunk.IsComplete)
        {
            incomplete.Add(chunk);
            return;
        }

        foreach (ref readonly TrafficRecord record in chunk.Records)
        {
            fold.Add(record);
        }

        spare.Enqueue(chunk);
    }

    /// <summary>Replaces a lane's chunk; whoever wins the exchange owns the old one and closes it.</summary>
    private void Turn(Lane lane, RecordChunk seen)
    {
        RecordChunk next = Fresh();
        if (Interlocked.CompareExchange(ref lane.Chunk, next, seen) != seen)
        {
            Retire(next);
            return;
        }

        Retire(seen);
    }

    /// <summary>
    /// Closes a chunk that is not, or no longer, a lane's. Even one that was never published can hold a record: of a writer
    /// that knew the chunk from its last life.
    /// </summary>
    private void Retire(RecordChunk chunk)
    {
        chunk.Close();
        if (chunk.Records.IsEmpty)
        {
            spare.Enqueue(chunk);
            return;
        }

        Interlocked.Increment(ref fullCount);
        full.Enqueue(chunk);
    }

    private RecordChunk Fresh()
    {
        if (!spare.TryDequeue(out RecordChunk? chunk))
        {
            chunk = new RecordChunk();
        }

        chunk.Open();
        return chunk;
    }

    private long Microseconds(long from, long to) => from == 0 ? 0 : (long)time.GetElapsedTime(from, to).TotalMicroseconds;

    private sealed class Lane
    {
        public required RecordChunk Chunk;
    }
}
