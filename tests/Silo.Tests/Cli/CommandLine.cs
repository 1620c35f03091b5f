using Mesh.Silo.Cli;

namespace Mesh.Silo.Tests.Cli;

/// <summary>They write to the console of the process and are alone with it.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class ConsoleCollection;

/// <summary>Runs <c>mesh</c> in this process and catches what it says.</summary>
internal static class CommandLine
{
    public static async Task<(int Code, string Output, string Errors)> Run(params string[] arguments)
    {
        (TextWriter output, TextWriter errors) = (Console.Out, Console.Error);
        using StringWriter said = new();
        using StringWriter complained = new();
        Console.SetOut(said);
        Console.SetError(complained);
        try
        {
            return (await MeshCommand.Run(arguments), said.ToString(), complained.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(errors);
        }
    }
}
