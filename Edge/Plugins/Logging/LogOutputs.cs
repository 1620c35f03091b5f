using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Reports;
using Mesh.Edge.Plugins.FileLog;
using Mesh.Edge.Plugins.HttpLog;
using Mesh.Edge.Plugins.Prometheus;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Plugins.Logging;

/// <summary>What the log plugins of one edge write to. It outlives every revision, and ends with the edge.</summary>
internal sealed class LogOutputs(TimeProvider time, ILoggerFactory loggers) : IDisposable
{
    public LogFiles Files { get; } = new(time, loggers.CreateLogger("Mesh.FileLog"));

    public LogQueues Queues { get; } = new(time, loggers.CreateLogger("Mesh.HttpLog"));

    public MetricsRegistry Metrics { get; } = new();

    /// <summary>Outputs that cannot be written to now. Names places and reasons, nothing of what was to be written.</summary>
    public IEnumerable<ApplyProblem> Problems(long revision) =>
        Files.Problems().Concat(Queues.Problems()).Select(problem => new ApplyProblem(revision, EntityKinds.Plugins, problem.Plugin, problem.Reason));

    /// <summary>Writes out what waits. What is not written within <paramref name="limit"/> is lost, and said to be.</summary>
    public Task StopAsync(TimeSpan limit) => Task.WhenAll(Files.StopAsync(limit), Queues.StopAsync(limit));

    public void Dispose() => Queues.Dispose();
}
