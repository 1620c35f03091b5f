using System.CommandLine;
using System.Text.Json;

namespace Mesh.Silo.Cli.Client;

/// <summary><c>mesh apply FILE</c>: makes the configuration equal to the document in one commit.</summary>
internal static class ApplyCommand
{
    public static Command Create()
    {
        Argument<string> file = DocumentArgument.Create();
        WriteOptions write = new();
        return ClientVerb.Create("apply", "Make the configuration equal to a declarative document, in one commit or not at all.", Run, [file, .. write.All]);

        async Task<int> Run(ParseResult parsed, ClientContext context, CancellationToken cancel)
        {
            DocumentFile document = await parsed.Read(file, context, cancel);

            // The entities that Kong answers with would be as long as the document.
            IReadOnlyList<(string, string)> headers = [.. write.Headers(parsed), ("Prefer", "return=minimal")];
            AdminReply reply = await DocumentRequest.Send(context, document, write.Query(parsed), "committing", headers, cancel);
            if (write.DryRun(parsed))
            {
                return DiffCommand.PrintPlan(context, reply);
            }

            context.Print(reply, output => output.WriteLine($"{Sum(reply.Body)}, now at revision {reply.Revision}{WriteOptions.Edges(reply)}"));
            return ExitCodes.Success;
        }
    }

    private static string Sum(JsonElement answer)
    {
        JsonElement changes = answer.GetProperty("changes");
        return $"{changes.GetProperty("created")} created, {changes.GetProperty("updated")} updated, {changes.GetProperty("deleted")} deleted";
    }
}
