namespace Mesh.Edge.Plugins.RequestTransformer;

/// <summary>Reads the inside of one <c>$(…)</c>.</summary>
internal sealed class TemplateReader(string text, int start)
{
    /// <summary>After the closing parenthesis, once read.</summary>
    public int Position { get; private set; } = start;

    private char Current => Position < text.Length ? text[Position] : '\0';

    /// <exception cref="FormatException">It is not understood.</exception>
    public TemplateSource[] ReadAlternatives()
    {
        var alternatives = new List<TemplateSource>();
        while (true)
        {
            SkipSpace();
            alternatives.Add(ReadSource());
            SkipSpace();
            if (Current == ')')
            {
                Position++;
                return [.. alternatives];
            }

            if (ReadName() != "or")
            {
                throw Problem();
            }
        }
    }

    private TemplateSource ReadSource()
    {
        if (Current is '\'' or '"')
        {
            return new TemplateSource(TemplateSourceKind.Literal, ReadQuoted());
        }

        TemplateSourceKind kind = ReadName() switch
        {
            "headers" => TemplateSourceKind.Header,
            "query_params" => TemplateSourceKind.Query,
            "uri_captures" => TemplateSourceKind.Capture,
            _ => throw Problem(),
        };
        return new TemplateSource(kind, ReadIndex());
    }

    private string ReadIndex()
    {
        if (Current == '.')
        {
            Position++;
            return ReadName();
        }

        Expect('[');
        SkipSpace();
        string index = Current is '\'' or '"' ? ReadQuoted() : ReadName();
        SkipSpace();
        Expect(']');
        return index;
    }

    private string ReadQuoted()
    {
        char quote = Current;
        int end = text.IndexOf(quote, Position + 1);
        if (end < 0)
        {
            throw Problem();
        }

        string quoted = text[(Position + 1)..end];
        Position = end + 1;
        return quoted;
    }

    private string ReadName()
    {
        int from = Position;
        while (char.IsAsciiLetterOrDigit(Current) || Current is '_' or '-')
        {
            Position++;
        }

        return Position > from ? text[from..Position] : throw Problem();
    }

    private void Expect(char expected)
    {
        if (Current != expected)
        {
            throw Problem();
        }

        Position++;
    }

    private void SkipSpace()
    {
        while (Current is ' ' or '\t')
        {
            Position++;
        }
    }

    private FormatException Problem() =>
        new($"value '{text}' is not in supported format, error: unexpected text at character {Position + 1}");
}
