using System.Diagnostics;

namespace Mesh.Edge.Telemetry.Exposition;

/// <summary>The measurements of one instrument with one set of labels.</summary>
/// <param name="labels">As they stand on the page.</param>
/// <param name="slot">First counter; a histogram has one a bucket and one for the sum.</param>
/// <param name="buckets">None but for histograms.</param>
internal sealed class MetricSeries(string labels, int slot, int buckets, DateTimeOffset created)
{
    private readonly Exemplar?[] exemplars = new Exemplar?[buckets];
    private double last;

    public string Labels => labels;

    public int Slot => slot;

    public DateTimeOffset Created => created;

    /// <summary>Of a gauge, or of an instrument that is asked for its value.</summary>
    public double Last
    {
        get => Volatile.Read(ref last);
        set => Volatile.Write(ref last, value);
    }

    /// <summary>The collection in which the instrument last told a value.</summary>
    public long ObservedIn { get; set; }

    public Exemplar? ExemplarOf(int bucket) => Volatile.Read(ref exemplars[bucket]);

    /// <summary>The newest of a bucket is kept.</summary>
    public void Exemplify(int bucket, Activity span, double value, DateTimeOffset at) =>
        Volatile.Write(ref exemplars[bucket], new Exemplar(span.TraceId.ToHexString(), span.SpanId.ToHexString(), value, at));
}
