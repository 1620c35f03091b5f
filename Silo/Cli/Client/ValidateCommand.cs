using System.CommandLine;

namespace Mesh.Silo.Cli.Client;

/// <summary><c>mesh validate FILE</c>: whether the Admin API would take the document.</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        Argument<string> file = DocumentArgument.Create();
        return ClientVerb.Create("validate", "Check a declarative document against the running gateway; changes nothing.", Run, file);

        async Task<int> Run(ParseResult parsed, ClientContext context, CancellationToken cancel)
        {
            DocumentFile document = await parsed.Read(file, context, cancel);
            AdminReply reply = await DocumentRequest.Send(context, document, "?dry_run=1", "validating", [], cancel);
            context.Print(reply, output => output.WriteLine($"{document.Name} is good."));
            return ExitCodes.Success;
        }
    }
}
