using System.CommandLine;
using Mesh.Edge.Hosting;

namespace Mesh.Silo.Cli;

/// <summary>The command line of <c>mesh</c>. Every setting is an option; <c>start</c> is what happens without a verb.</summary>
internal static class MeshCommand
{
    public static async Task<int> Run(string[] arguments)
    {
        SettingOptions options = new();
        RootCommand root = new("Mesh, a distributed API gateway. Starts it when no command is named.");
        options.AddTo(root);
        root.SetAction((parsed, cancel) => StartCommand.Run(options.Sources(parsed), cancel));

        Command start = new("start", "Run silo, Admin API and edge in this process (--role silo: without the edge).");
        start.SetAction((parsed, cancel) => StartCommand.Run(options.Sources(parsed), cancel));
        root.Subcommands.Add(start);

        Command check = new("check", "Read the settings and say what is wrong with them.");
        check.SetAction(parsed => CheckCommand.Run(options.Sources(parsed)));
        root.Subcommands.Add(check);

        Command version = new("version", "Print version and runtime.");
        version.SetAction(_ => Console.WriteLine(MeshVersion.StartLine("mesh")));
        root.Subcommands.Add(version);

        // Ending is ours: an edge drains for longer than the parser's two seconds.
        InvocationConfiguration invocation = new() { ProcessTerminationTimeout = null };
        return await root.Parse(arguments).InvokeAsync(invocation);
    }
}
