using System.Text;
using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Plugins.RequestTransformer;

/// <summary>
/// A value with places <c>$(…)</c> that are filled from the request. Of Kong's templates, which are Lua, what the
/// documentation shows is understood: <c>headers.x</c>, <c>query_params.x</c>, <c>uri_captures[1]</c>,
/// <c>uri_captures['name']</c>, the quoted index on all three, string literals, and <c>or</c> between them.
/// </summary>
internal sealed class Template
{
    private readonly Part[] parts;
    private readonly string? constant;

    private Template(Part[] parts)
    {
        this.parts = parts;
        constant = parts.Length == 0 ? "" : parts is [{ Text: { } text }] ? text : null;
    }

    /// <summary>The same for every request.</summary>
    public bool IsConstant => constant is not null;

    /// <exception cref="FormatException">An expression is not understood.</exception>
    public static Template Parse(string text)
    {
        var parts = new List<Part>();
        int position = 0;
        while (position < text.Length)
        {
            int start = text.IndexOf("$(", position, StringComparison.Ordinal);
            if (start < 0)
            {
                parts.Add(new Part(text[position..], null));
                break;
            }

            if (start > position)
            {
                parts.Add(new Part(text[position..start], null));
            }

            var reader = new TemplateReader(text, start + 2);
            parts.Add(new Part(null, reader.ReadAlternatives()));
            position = reader.Position;
        }

        return new Template([.. parts]);
    }

    /// <summary>What is not in the request is filled in as nothing.</summary>
    public string Render(Exchange exchange)
    {
        if (constant is not null)
        {
            return constant;
        }

        var builder = new StringBuilder();
        foreach (Part part in parts)
        {
            builder.Append(part.Text ?? Fill(part.Alternatives!, exchange));
        }

        return builder.ToString();
    }

    private static string? Fill(TemplateSource[] alternatives, Exchange exchange)
    {
        foreach (TemplateSource source in alternatives)
        {
            if (source.Find(exchange) is { } value)
            {
                return value;
            }
        }

        return null;
    }

    private readonly record struct Part(string? Text, TemplateSource[]? Alternatives);
}
