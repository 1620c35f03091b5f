using System.Buffers;
using System.Text;
using Mesh.Edge.Telemetry.Exposition;

namespace Mesh.Edge.Tests.Telemetry.Exposition;

public sealed class ExpositionWriterTests
{
    private static readonly Exemplar Traced = new("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", 0.25, DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_500));

    [Fact]
    public void Labels_and_help_are_escaped()
    {
        Assert.Equal("# HELP a one\\ntwo \\\\ \"three\"\n# TYPE a gauge\na{l=\"\\\\ \\\" \\n é\"} 1.5\n", Written(ExpositionFormat.Text, page =>
        {
            page.Family("a", "one\ntwo \\ \"three\"", "gauge");
            page.Sample("a", 1.5, ("l", "\\ \" \n é"));
        }));
        Assert.Equal("l=\"\\\" \\\\\"", ExpositionWriter.Labels([new("l", "\" \\")]));
    }

    [Fact]
    public void A_counter_is_named_and_typed_as_each_format_wants_it()
    {
        static void Write(ExpositionWriter page)
        {
            page.Family("a_bytes_total", "A.", "counter", "bytes");
            page.Sample("a_bytes_total", "", "", 2);
            page.Family("kong_bytes", "B.", "counter");
            page.Sample("kong_bytes", 3);
            page.End();
        }

        Assert.Equal("# HELP a_bytes_total A.\n# TYPE a_bytes_total counter\na_bytes_total 2\n# HELP kong_bytes B.\n# TYPE kong_bytes counter\nkong_bytes 3\n", Written(ExpositionFormat.Text, Write));
        Assert.Equal("# HELP a_bytes A.\n# TYPE a_bytes counter\n# UNIT a_bytes bytes\na_bytes_total 2\n# HELP kong_bytes B.\n# TYPE kong_bytes unknown\nkong_bytes 3\n# EOF\n", Written(ExpositionFormat.OpenMetrics, Write));
    }

    [Fact]
    public void Buckets_have_exemplars_in_OpenMetrics_alone()
    {
        static void Write(ExpositionWriter page)
        {
            page.Sample("a_bucket", "m=\"GET\"", page.Bound(1), 7, Traced);
            page.Sample("a_bucket", "", page.Bound(double.PositiveInfinity), double.PositiveInfinity);
        }

        Assert.Equal("a_bucket{m=\"GET\",le=\"1\"} 7\na_bucket{le=\"+Inf\"} +Inf\n", Written(ExpositionFormat.Text, Write));
        Assert.Equal(
            $"a_bucket{{m=\"GET\",le=\"1.0\"}} 7 # {{trace_id=\"{Traced.TraceId}\",span_id=\"{Traced.SpanId}\"}} 0.25 1700000000.5\na_bucket{{le=\"+Inf\"}} +Inf\n",
            Written(ExpositionFormat.OpenMetrics, Write));
    }

    private static string Written(ExpositionFormat format, Action<ExpositionWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        write(new ExpositionWriter(buffer, format));
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
