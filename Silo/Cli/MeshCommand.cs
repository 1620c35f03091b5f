using System.CommandLine;
using Mesh.Edge.Hosting;
using Mesh.Silo.Cli.Certs;
using Mesh.Silo.Cli.Client;
using Mesh.Silo.Cli.Firewall;
using Mesh.Silo.Settings;

namespace Mesh.Silo.Cli;

/// <summary>The command line of <c>mesh</c>. Every setting is an option; <c>start</c> is what happens without a verb.</summary>
internal static class MeshCommand
{
    public static async Task<int> Run(string[] arguments)
    {
        SettingOptions options = new(MeshSettings.Declarations);
        RootCommand root = new("Mesh, a distributed API gateway. Starts it when no command is named.");
        options.AddTo(root);
        root.SetAction((parsed, cancel) => StartCommand.Run(options.Sources(parsed), cancel));

        Command start = new("start", "Run silo, Admin API and edge in this process (--role silo: without the edge).");
        start.SetAction((parsed, cancel) => StartCommand.Run(options.Sources(parsed), cancel));
        options.AddTo(start);
        root.Subcommands.Add(start);

        Command check = new("check", "Read the settings and say what is wrong with them.");
        check.SetAction(parsed => CheckCommand.Run(options.Sources(parsed)));
        options.AddTo(check);
        root.Subcommands.Add(check);

        Command version = new("version", "Print version and runtime.");
        version.SetAction(_ => Console.WriteLine(MeshVersion.StartLine("mesh")));
        root.Subcommands.Add(version);

        foreach (Command verb in new[]
        {
            PingCommand.Create(), ValidateCommand.Create(), DiffCommand.Create(), ApplyCommand.Create(), DumpCommand.Create(),
            HistoryCommand.Create(), RevertCommand.Create(), ExplainCommand.Create(), FirewallCommand.Create(), CertsCommand.Create(), TokensCommand.Create(), CompletionCommand.Create(),
        })
        {
            root.Subcommands.Add(verb);
        }

        // Ending is ours: an edge drains for longer than the parser's two seconds.
        InvocationConfiguration invocation = new() { ProcessTerminationTimeout = null };
        return await root.Parse(arguments).InvokeAsync(invocation);
    }
}
