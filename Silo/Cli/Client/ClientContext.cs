using System.Text.Json;

namespace Mesh.Silo.Cli.Client;

/// <summary>What a verb works with: whom it asks and where it writes.</summary>
/// <param name="Admin">The Admin API.</param>
/// <param name="Format">What <see cref="Output"/> gets.</param>
/// <param name="Output">Results.</param>
/// <param name="Errors">Everything else.</param>
/// <param name="Input">What <c>-</c> as a file means.</param>
internal sealed record ClientContext(AdminClient Admin, OutputFormat Format, TextWriter Output, TextWriter Errors, Func<Stream> Input)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The answer as it came, or what <paramref name="text"/> says of it.</summary>
    public void Print(AdminReply reply, Action<TextWriter> text)
    {
        if (Format == OutputFormat.Json)
        {
            Output.WriteLine(JsonSerializer.Serialize(reply.Body, Indented));
        }
        else
        {
            text(Output);
        }
    }
}
