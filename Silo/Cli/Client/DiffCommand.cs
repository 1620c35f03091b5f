using System.CommandLine;
using System.Text.Json;

namespace Mesh.Silo.Cli.Client;

/// <summary><c>mesh diff FILE</c>: what applying the document would change.</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        Argument<string> file = DocumentArgument.Create();
        return ClientVerb.Create("diff", "Show what applying a declarative document would change (exit code 2 when anything).", Run, file);

        async Task<int> Run(ParseResult parsed, ClientContext context, CancellationToken cancel)
        {
            DocumentFile document = await parsed.Read(file, context, cancel);
            AdminReply reply = await DocumentRequest.Send(context, document, "?dry_run=1", "comparing", [], cancel);
            return PrintPlan(context, reply);
        }
    }

    /// <summary>Prints the changes of a dry run and gives the exit code that says whether there are any.</summary>
    public static int PrintPlan(ClientContext context, AdminReply reply)
    {
        JsonElement changes = reply.Body.GetProperty("changes");
        bool any = changes.GetArrayLength() > 0;
        context.Print(reply, output =>
        {
            ChangeLines.Write(output, changes);
            output.WriteLine(any ? $"{ChangeLines.Count(changes)}, against revision {reply.Revision}" : $"no changes, against revision {reply.Revision}");
        });
        return any ? ExitCodes.Differences : ExitCodes.Success;
    }
}
