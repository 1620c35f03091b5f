using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Mesh.Edge.Telemetry.Exposition;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Edge.Tests.Telemetry.Exposition;

public sealed class MetricsCollectorTests : IDisposable
{
    private static readonly InstrumentAdvice<double> TwoBounds = new() { HistogramBucketBoundaries = [1, 2.5] };

    private readonly Meter meter = new($"test-{Guid.NewGuid():N}");
    private readonly FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
    private readonly NotingLogger logger = new();
    private readonly MetricsCollector collector;

    public MetricsCollectorTests() => collector = new MetricsCollector([meter.Name], time, logger);

    public void Dispose()
    {
        collector.Dispose();
        meter.Dispose();
    }

    [Fact]
    public async Task Every_kind_of_instrument_stands_on_the_page()
    {
        Counter<long> counter = meter.CreateCounter<long>("a.count", "By", "Counts.");
        counter.Add(2, new KeyValuePair<string, object?>("kind", "x"));
        counter.Add(3, new KeyValuePair<string, object?>("kind", "x"));
        meter.CreateUpDownCounter<int>("b.level").Add(-4);
        meter.CreateGauge<float>("c.reading", "s").Record(1.5f);
        Histogram<double> histogram = meter.CreateHistogram("d.time", "s", "Takes.", tags: null, TwoBounds);
        foreach (double value in new[] { 0.5, 1, 2, 7 })
        {
            histogram.Record(value, new KeyValuePair<string, object?>("ok", true));
        }

        meter.CreateObservableCounter("e.seen", () => 10L);
        meter.CreateObservableGauge("f.seen", () => new Measurement<double>(0.25, new KeyValuePair<string, object?>("n", 1)));
        string text = Page(ExpositionFormat.Text);
        Assert.Equal(
            """
            # HELP a_count_bytes_total Counts.
            # TYPE a_count_bytes_total counter
            a_count_bytes_total{kind="x"} 5
            # HELP b_level b.level
            # TYPE b_level gauge
            b_level -4
            # HELP c_reading_seconds c.reading
            # TYPE c_reading_seconds gauge
            c_reading_seconds 1.5
            # HELP d_time_seconds Takes.
            # TYPE d_time_seconds histogram
            d_time_seconds_bucket{ok="true",le="1"} 2
            d_time_seconds_bucket{ok="true",le="2.5"} 3
            d_time_seconds_bucket{ok="true",le="+Inf"} 4
            d_time_seconds_count{ok="true"} 4
            d_time_seconds_sum{ok="true"} 10.5
            # HELP e_seen_total e.seen
            # TYPE e_seen_total counter
            e_seen_total 10
            # HELP f_seen f.seen
            # TYPE f_seen gauge
            f_seen{n="1"} 0.25

            """,
            text);
        await Promtool.Agrees(text);
        string openMetrics = Page(ExpositionFormat.OpenMetrics);
        Assert.Contains("# TYPE a_count_bytes counter\n# UNIT a_count_bytes bytes\na_count_bytes_total{kind=\"x\"} 5\na_count_bytes_created{kind=\"x\"} 1700000000\n", openMetrics);
        Assert.Contains("d_time_seconds_bucket{ok=\"true\",le=\"1.0\"} 2\n", openMetrics);
        Assert.Contains("d_time_seconds_created{ok=\"true\"} 1700000000\n", openMetrics);
    }

    [Fact]
    public void Series_beyond_the_bound_share_one_and_nothing_is_lost()
    {
        const int beyond = 25;
        Counter<long> counter = meter.CreateCounter<long>("many");
        for (int i = 0; i < MetricFamily.MaxSeries + beyond; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("n", i));
        }

        string[] samples = [.. Page(ExpositionFormat.Text).Split('\n').Where(line => line.StartsWith("many_total{", StringComparison.Ordinal))];
        Assert.Equal(MetricFamily.MaxSeries + 1, samples.Length);
        Assert.Contains($"many_total{{otel_metric_overflow=\"true\"}} {beyond}", samples);
    }

    [Fact]
    public void What_an_instrument_tells_no_more_is_gone_and_two_meters_of_a_name_add_up()
    {
        int targets = 2;
        meter.CreateObservableUpDownCounter("open", () => Enumerable.Range(0, targets).Select(n => new Measurement<int>(3, new KeyValuePair<string, object?>("n", n))));
        using var second = new Meter(meter.Name);
        second.CreateObservableUpDownCounter("open", () => new Measurement<int>(4, new KeyValuePair<string, object?>("n", 0)));
        Assert.Equal(["open{n=\"0\"} 7", "open{n=\"1\"} 3"], Samples());
        targets = 1;
        Assert.Equal(["open{n=\"0\"} 7"], Samples());
    }

    [Fact]
    public void An_instrument_that_fails_and_one_of_another_kind_hurt_nobody()
    {
        meter.CreateCounter<long>("same.total").Add(1);
        using var second = new Meter(meter.Name);
        second.CreateObservableCounter("same", () => 5);
        meter.CreateObservableGauge("broken", int () => throw new InvalidOperationException("boom"));
        meter.CreateObservableGauge("whole", () => 6);
        Assert.Equal(["same_total 1", "whole 6"], Samples());
        Assert.Contains(logger.Notes, note => note.Contains("another kind", StringComparison.Ordinal));
        Assert.Contains(logger.Notes, note => note.Contains("boom", StringComparison.Ordinal));
    }

    [Fact]
    public void A_measurement_in_a_sampled_span_is_the_exemplar_of_its_bucket()
    {
        using var source = new ActivitySource(meter.Name);
        Func<ActivitySamplingResult> sampling = () => ActivitySamplingResult.PropagationData;
        using var spans = new ActivityListener
        {
            ShouldListenTo = heard => heard.Name == meter.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => sampling(),
        };
        ActivitySource.AddActivityListener(spans);
        Histogram<double> histogram = meter.CreateHistogram("d.time", "s", "Takes.", tags: null, TwoBounds);
        using (source.StartActivity("unsampled"))
        {
            histogram.Record(0.5);
        }

        Assert.DoesNotContain("trace_id", Page(ExpositionFormat.OpenMetrics), StringComparison.Ordinal);
        sampling = () => ActivitySamplingResult.AllDataAndRecorded;
        using Activity span = source.StartActivity("sampled")!;
        histogram.Record(2);
        Assert.Contains($"d_time_seconds_bucket{{le=\"2.5\"}} 2 # {{trace_id=\"{span.TraceId}\",span_id=\"{span.SpanId}\"}} 2 1700000000\n", Page(ExpositionFormat.OpenMetrics));
        Assert.DoesNotContain("trace_id", Page(ExpositionFormat.Text), StringComparison.Ordinal);
    }

    [Fact]
    public void Measuring_allocates_nothing_in_steady_state()
    {
        Histogram<double> histogram = meter.CreateHistogram<double>("d.time", "s");
        object status = 200;
        long allocated = -1;

        // A change of processor opens that one's memory once; it must not do so in round after round.
        for (int round = 0; round < 20 && allocated != 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                histogram.Record(0.001, new TagList { { "http.request.method", "GET" }, { "http.response.status_code", status }, { "http.route", "/a" } });
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Measurements_of_many_threads_add_up()
    {
        const int each = 50_000;
        Histogram<double> histogram = meter.CreateHistogram("d.time", "s", null, tags: null, TwoBounds);
        Counter<double> counter = meter.CreateCounter<double>("fractions");
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(number => new Thread(() =>
        {
            for (int i = 0; i < each; i++)
            {
                histogram.Record(2, new KeyValuePair<string, object?>("n", number % 2));
                counter.Add(0.5);
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        string[] samples = Samples();
        Assert.Contains($"d_time_seconds_count{{n=\"1\"}} {4 * each}", samples);
        Assert.Contains($"d_time_seconds_sum{{n=\"0\"}} {8 * each}", samples);
        Assert.Contains($"fractions_total {4 * each}", samples);
    }

    private sealed class NotingLogger : ILogger<MetricsCollector>
    {
        public ConcurrentQueue<string> Notes { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Notes.Enqueue($"{formatter(state, exception)} {exception}");
    }

    private string[] Samples() => [.. Page(ExpositionFormat.Text).Split('\n').Where(line => line.Length > 0 && line[0] != '#')];

    private string Page(ExpositionFormat format)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var page = new ExpositionWriter(buffer, format);
        collector.Write(page);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
