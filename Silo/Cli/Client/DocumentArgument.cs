using System.CommandLine;

namespace Mesh.Silo.Cli.Client;

/// <summary>The file that validate, diff and apply read.</summary>
internal static class DocumentArgument
{
    public static Argument<string> Create() => new("file") { Description = "declarative document, YAML or JSON; - reads standard input" };

    public static Task<DocumentFile> Read(this ParseResult parsed, Argument<string> file, ClientContext context, CancellationToken cancel) =>
        DocumentFile.Read(parsed.GetValue(file)!, context.Input, cancel);
}
