using System.Text;

namespace Mesh.Edge.Plugins.Fields;

/// <summary>
/// Arguments of a query or of an urlencoded form, in their order. What is not touched is written as it came, byte for byte.
/// </summary>
internal sealed class Arguments : IBodyFields
{
    /// <summary>More arguments than this are not looked into.</summary>
    public const int MaxArguments = 4096;

    private readonly List<Argument> list;

    private Arguments(List<Argument> list) => this.list = list;

    public bool Changed { get; private set; }

    /// <summary>Null when there are more than <see cref="MaxArguments"/>.</summary>
    /// <param name="text">Without a leading <c>?</c>.</param>
    public static Arguments? Parse(ReadOnlySpan<char> text)
    {
        var list = new List<Argument>();
        foreach (Range range in text.Split('&'))
        {
            ReadOnlySpan<char> raw = text[range];
            if (raw.IsEmpty)
            {
                continue;
            }

            if (list.Count == MaxArguments)
            {
                return null;
            }

            int equals = raw.IndexOf('=');
            list.Add(equals < 0 ? new Argument(raw.ToString(), null) : new Argument(raw[..equals].ToString(), raw[(equals + 1)..].ToString()));
        }

        return new Arguments(list);
    }

    public IReadOnlyList<string> Values(string name)
    {
        List<string>? values = null;
        foreach (Argument argument in list)
        {
            if (argument.Is(name))
            {
                (values ??= []).Add(Decode(argument.RawValue ?? ""));
            }
        }

        return values ?? (IReadOnlyList<string>)[];
    }

    public void Remove(string name) => Changed |= list.RemoveAll(argument => argument.Is(name)) > 0;

    public void Rename(string name, string newName)
    {
        if (name == newName || !Contains(name))
        {
            return;
        }

        Remove(newName);
        string encoded = Encode(newName);
        for (int i = 0; i < list.Count; i++)
        {
            if (list[i].Is(name))
            {
                list[i] = list[i] with { RawName = encoded };
            }
        }

        Changed = true;
    }

    public void Replace(string name, string value)
    {
        int first = list.FindIndex(argument => argument.Is(name));
        if (first < 0)
        {
            return;
        }

        list[first] = new Argument(list[first].RawName, Encode(value));
        for (int i = list.Count - 1; i > first; i--)
        {
            if (list[i].Is(name))
            {
                list.RemoveAt(i);
            }
        }

        Changed = true;
    }

    public void Add(string name, string value)
    {
        if (!Contains(name))
        {
            Append(name, value);
        }
    }

    public void Append(string name, string value)
    {
        list.Add(new Argument(Encode(name), Encode(value)));
        Changed = true;
    }

    /// <summary>Takes over all arguments of another list.</summary>
    public void AppendAll(Arguments other)
    {
        list.AddRange(other.list);
        Changed |= other.list.Count > 0;
    }

    /// <summary>As a query with its <c>?</c>; empty when there are no arguments.</summary>
    public string ToQuery() => list.Count == 0 ? "" : "?" + ToString();

    /// <summary>The names with their values, for showing.</summary>
    public IEnumerable<IGrouping<string, string>> ByName() =>
        list.GroupBy(argument => Decode(argument.RawName), argument => Decode(argument.RawValue ?? ""), StringComparer.Ordinal);

    /// <summary>Names and values in their order, for showing; the value of an argument without <c>=</c> is null.</summary>
    public IEnumerable<(string Name, string? Value)> Decoded() =>
        list.Select(argument => (Decode(argument.RawName), argument.RawValue is { } value ? Decode(value) : null));

    public override string ToString()
    {
        var builder = new StringBuilder();
        foreach (Argument argument in list)
        {
            if (builder.Length > 0)
            {
                builder.Append('&');
            }

            builder.Append(argument.RawName);
            if (argument.RawValue is { } value)
            {
                builder.Append('=').Append(value);
            }
        }

        return builder.ToString();
    }

    public byte[] ToBytes() => Encoding.Latin1.GetBytes(ToString());

    private bool Contains(string name) => list.Exists(argument => argument.Is(name));

    private static string Encode(string text) => Uri.EscapeDataString(text);

    private static string Decode(string raw) => Uri.UnescapeDataString(raw.Replace('+', ' '));

    private readonly record struct Argument(string RawName, string? RawValue)
    {
        public bool Is(string name) =>
            RawName.AsSpan().ContainsAny('%', '+') ? Decode(RawName) == name : RawName == name;
    }
}
