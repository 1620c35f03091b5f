using System.Buffers;
using System.Globalization;
using System.Text;

namespace Mesh.Edge.Plugins.Prometheus;

/// <summary>Prometheus' text format, version 0.0.4.</summary>
internal sealed class ExpositionWriter(IBufferWriter<byte> output)
{
    public const string ContentType = "text/plain; charset=UTF-8";

    private static readonly SearchValues<char> Special = SearchValues.Create("\\\"\n");

    /// <param name="type">counter, gauge or histogram.</param>
    public void Family(string name, string help, string type)
    {
        Text($"# HELP {name} ");
        Text(help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal));
        Text($"\n# TYPE {name} {type}\n");
    }

    public void Sample(string name, double value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        Text(name);
        if (labels.Length > 0)
        {
            for (int i = 0; i < labels.Length; i++)
            {
                Text(i == 0 ? "{" : ",");
                Text(labels[i].Name);
                Text("=\"");
                Label(labels[i].Value);
                Text("\"");
            }

            Text("}");
        }

        Text(" ");
        Text(value.ToString(CultureInfo.InvariantCulture));
        Text("\n");
    }

    private void Label(string value)
    {
        ReadOnlySpan<char> rest = value;
        for (int special = rest.IndexOfAny(Special); special >= 0; special = rest.IndexOfAny(Special))
        {
            Text(rest[..special]);
            Text(rest[special] == '\n' ? "\\n" : rest[special] == '"' ? "\\\"" : "\\\\");
            rest = rest[(special + 1)..];
        }

        Text(rest);
    }

    private void Text(ReadOnlySpan<char> text) => Encoding.UTF8.GetBytes(text, output);
}
