using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace Mesh.Silo.Cli.Client;

/// <summary><c>mesh ping</c>.</summary>
internal static class PingCommand
{
    public static Command Create() => ClientVerb.Create("ping", "Ask whether the Admin API answers and where its configuration stands.", Run);

    private static async Task<int> Run(ParseResult parsed, ClientContext context, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        AdminReply reply = (await context.Admin.Get("status", cancel)).OrFail();
        string milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);
        context.Print(reply, output => output.WriteLine($"The Admin API answers (in {milliseconds} ms); the configuration is at revision {reply.Revision}."));
        return ExitCodes.Success;
    }
}
