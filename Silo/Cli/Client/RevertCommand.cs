using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Mesh.Silo.Cli.Client;

/// <summary><c>mesh revert REVISION</c>: brings an earlier state back as a new commit.</summary>
internal static class RevertCommand
{
    public static Command Create()
    {
        Argument<long> revision = new("revision") { Description = "the revision whose state comes back" };
        WriteOptions write = new();
        return ClientVerb.Create("revert", "Bring the configuration of an earlier revision back, as a new commit.", Run, [revision, .. write.All]);

        async Task<int> Run(ParseResult parsed, ClientContext context, CancellationToken cancel)
        {
            string path = $"commits/{parsed.GetValue(revision).ToString(CultureInfo.InvariantCulture)}/revert{write.Query(parsed)}";
            AdminReply reply = (await Progress.Show(context.Errors, phase =>
            {
                phase.Set("reverting");
                return context.Admin.Send(HttpMethod.Post, path, body: null, write.Headers(parsed), cancel);
            })).OrFail();
            if (write.DryRun(parsed))
            {
                return DiffCommand.PrintPlan(context, reply);
            }

            JsonElement changes = reply.Body.GetProperty("changes");
            context.Print(reply, output =>
            {
                ChangeLines.Write(output, changes);
                output.WriteLine(changes.GetArrayLength() > 0
                    ? $"{ChangeLines.Count(changes)}, now at revision {reply.Revision}{WriteOptions.Edges(reply)}"
                    : $"nothing to do: the configuration at revision {reply.Revision} is the one of revision {parsed.GetValue(revision)}");
            });
            return ExitCodes.Success;
        }
    }
}
