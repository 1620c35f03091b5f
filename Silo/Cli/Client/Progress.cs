using Spectre.Console;

namespace Mesh.Silo.Cli.Client;

/// <summary>
/// Says on standard error what long work is at: a moving line on a terminal; elsewhere nothing at first, then a line now
/// and then, so that a log shows that somebody is alive.
/// </summary>
internal static class Progress
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(200);

    public static async Task<T> Show<T>(TextWriter errors, Func<ProgressPhase, Task<T>> work)
    {
        ProgressPhase phase = new();
        Task<T> working = work(phase);
        if (Console.IsErrorRedirected || !ReferenceEquals(errors, Console.Error))
        {
            await Log(errors, phase, working);
            return await working;
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(errors) });
        await console.Status().StartAsync("…", async status =>
        {
            while (await Task.WhenAny(working, Task.Delay(Redraw)) != working)
            {
                status.Status(Markup.Escape(phase.Line));
            }
        });
        return await working;
    }

    private static async Task Log(TextWriter errors, ProgressPhase phase, Task working)
    {
        while (await Task.WhenAny(working, Task.Delay(Quiet)) != working)
        {
            await errors.WriteLineAsync($"mesh: {phase.Line}");
        }
    }
}
