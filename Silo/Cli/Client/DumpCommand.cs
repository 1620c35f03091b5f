using System.CommandLine;
using Mesh.Edge.Sync.LastKnownGood;

namespace Mesh.Silo.Cli.Client;

/// <summary><c>mesh dump</c>: the whole configuration as one declarative document.</summary>
internal static class DumpCommand
{
    public static Command Create()
    {
        Option<string?> file = new("--output", "-o") { Description = "file to write, whole or not at all; without it standard output" };
        Option<bool> secrets = new("--secrets") { Description = "write keys, passwords and private keys too (they show as ****** otherwise)" };
        Option<bool> json = new("--json") { Description = "JSON instead of YAML" };
        return ClientVerb.Create("dump", "Write the whole configuration as one declarative document.", Run, file, secrets, json);

        async Task<int> Run(ParseResult parsed, ClientContext context, CancellationToken cancel)
        {
            bool asJson = parsed.GetValue(json) || context.Format == OutputFormat.Json;
            string path = $"config?format={(asJson ? "json" : "yaml")}{(parsed.GetValue(secrets) ? "&secrets=1" : "")}";
            if (parsed.GetValue(file) is not { } target)
            {
                await using Stream output = Console.OpenStandardOutput();
                (await context.Admin.Download(path, output, cancel)).OrFail();
                return ExitCodes.Success;
            }

            AdminReply reply = await ToFile(context, path, target, cancel);
            await context.Errors.WriteLineAsync($"{target}: the configuration at revision {reply.Revision}");
            return ExitCodes.Success;
        }
    }

    private static async Task<AdminReply> ToFile(ClientContext context, string path, string target, CancellationToken cancel)
    {
        string draft = $"{target}.{Environment.ProcessId}.tmp";
        try
        {
            AdminReply reply;
            await using (FileStream stream = DurableFile.Open(draft, FileMode.CreateNew))
            {
                reply = (await context.Admin.Download(path, stream, cancel)).OrFail();
            }

            File.Move(draft, target, overwrite: true);
            return reply;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ClientFailure($"{target} cannot be written: {failure.Message}", failure);
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
