using System.Buffers;
using System.Globalization;
using System.Text;

namespace Mesh.Edge.Telemetry.Exposition;

/// <summary>Writes metric families in either format. In OpenMetrics <see cref="End"/> must come last.</summary>
internal sealed class ExpositionWriter(IBufferWriter<byte> output, ExpositionFormat format)
{
    private const string Total = "_total";
    private static readonly SearchValues<char> Special = SearchValues.Create("\\\"\n");

    public bool IsOpenMetrics => format.IsOpenMetrics;

    /// <param name="name">As the samples are named; of a histogram without what is appended to its samples' names.</param>
    /// <param name="type">counter, gauge or histogram.</param>
    /// <param name="unit">That <paramref name="name"/> ends with, but for <c>_total</c>; empty: none.</param>
    public void Family(string name, string help, string type, string unit = "")
    {
        string family = name;
        if (IsOpenMetrics && type == "counter")
        {
            // There a counter's samples are named after the family with _total behind it; others are of an unknown type.
            type = name.EndsWith(Total, StringComparison.Ordinal) ? type : "unknown";
            family = type == "counter" ? name[..^Total.Length] : name;
        }

        Text($"# HELP {family} ");
        Escaped(help, quotes: IsOpenMetrics);
        Text($"\n# TYPE {family} {type}\n");
        if (IsOpenMetrics && unit.Length > 0 && family.EndsWith($"_{unit}", StringComparison.Ordinal))
        {
            Text($"# UNIT {family} {unit}\n");
        }
    }

    public void Sample(string name, double value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        Text(name);
        for (int i = 0; i < labels.Length; i++)
        {
            Text(i == 0 ? "{" : ",");
            Text(labels[i].Name);
            Text("=\"");
            Escaped(labels[i].Value, quotes: true);
            Text("\"");
        }

        Text(labels.Length > 0 ? "} " : " ");
        Number(value);
        Text("\n");
    }

    /// <param name="labels">As <see cref="Labels"/> writes them; without braces.</param>
    /// <param name="bound">Of a bucket; empty: the sample is none.</param>
    public void Sample(string name, string labels, string bound, double value, Exemplar? exemplar = null)
    {
        Text(name);
        if (labels.Length > 0 || bound.Length > 0)
        {
            Text("{");
            Text(labels);
            if (bound.Length > 0)
            {
                Text(labels.Length > 0 ? ",le=\"" : "le=\"");
                Text(bound);
                Text("\"");
            }

            Text("}");
        }

        Text(" ");
        Number(value);
        if (IsOpenMetrics && exemplar is not null)
        {
            Text($" # {{trace_id=\"{exemplar.TraceId}\",span_id=\"{exemplar.SpanId}\"}} ");
            Number(exemplar.Value);
            Text(" ");
            Number(exemplar.At.ToUnixTimeMilliseconds() / 1000.0);
        }

        Text("\n");
    }

    /// <summary>An upper bound of buckets; OpenMetrics wants it seen that it is no integer.</summary>
    public string Bound(double bound)
    {
        if (double.IsPositiveInfinity(bound))
        {
            return "+Inf";
        }

        string text = bound.ToString(CultureInfo.InvariantCulture);
        return IsOpenMetrics && !text.AsSpan().ContainsAny('.', 'E') ? text + ".0" : text;
    }

    public void End()
    {
        if (IsOpenMetrics)
        {
            Text("# EOF\n");
        }
    }

    /// <summary>Labels as they stand in a sample, without braces.</summary>
    public static string Labels(IEnumerable<KeyValuePair<string, string>> labels)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new ExpositionWriter(buffer, ExpositionFormat.Text);
        foreach ((string name, string value) in labels)
        {
            writer.Text(buffer.WrittenCount == 0 ? "" : ",");
            writer.Text(name);
            writer.Text("=\"");
            writer.Escaped(value, quotes: true);
            writer.Text("\"");
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private void Number(double value) => Text(
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString(CultureInfo.InvariantCulture));

    private void Escaped(string value, bool quotes)
    {
        ReadOnlySpan<char> rest = value;
        for (int special = rest.IndexOfAny(Special); special >= 0; special = rest.IndexOfAny(Special))
        {
            Text(rest[..special]);
            Text(rest[special] switch
            {
                '\n' => "\\n",
                '"' => quotes ? "\\\"" : "\"",
                _ => "\\\\",
            });
            rest = rest[(special + 1)..];
        }

        Text(rest);
    }

    private void Text(ReadOnlySpan<char> text) => Encoding.UTF8.GetBytes(text, output);
}
