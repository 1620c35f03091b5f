using System.CommandLine;
using Mesh.Edge.Settings;
using Mesh.Silo.Settings;

namespace Mesh.Silo.Cli.Client;

/// <summary>Makes commands that speak to an Admin API: the options that all have, and one way for failures to reach the caller.</summary>
internal static class ClientVerb
{
    private const int DefaultTimeoutSeconds = 120;
    private const int MaxTimeoutSeconds = 3600;

    private static readonly Dictionary<string, string> Aliases = new() { ["MESH_ADMIN_TOKEN"] = "--token" };

    /// <param name="symbols">Its own; an option <c>--format</c> among them stands for the one that all have.</param>
    public static Command Create(string name, string description, Func<ParseResult, ClientContext, CancellationToken, Task<int>> run, params Symbol[] symbols)
    {
        SettingOptions settings = new(ClientSettingsList.All, Aliases);
        Option<OutputFormat> format = new("--format") { Description = "lines for people, or the answer's JSON", HelpName = "text|json", DefaultValueFactory = _ => OutputFormat.Text };
        bool ownFormats = symbols.Any(symbol => symbol.Name == format.Name);
        Option<int> timeout = new("--timeout") { Description = $"seconds for one answer (1 to {MaxTimeoutSeconds})", DefaultValueFactory = _ => DefaultTimeoutSeconds };
        timeout.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() is < 1 or > MaxTimeoutSeconds)
            {
                result.AddError($"--timeout is a number of seconds from 1 to {MaxTimeoutSeconds}");
            }
        });

        Command command = new(name, description);
        foreach (Symbol symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Arguments.Add(argument);
            }
            else
            {
                command.Options.Add((Option)symbol);
            }
        }

        if (!ownFormats)
        {
            command.Options.Add(format);
        }

        command.Options.Add(timeout);
        settings.AddTo(command);
        command.SetAction((parsed, cancel) => Run(parsed, settings.Sources(parsed), ownFormats ? OutputFormat.Text : parsed.GetValue(format), TimeSpan.FromSeconds(parsed.GetValue(timeout)), run, cancel));
        return command;
    }

    private static async Task<int> Run(
        ParseResult parsed,
        SettingSources sources,
        OutputFormat format,
        TimeSpan timeout,
        Func<ParseResult, ClientContext, CancellationToken, Task<int>> run,
        CancellationToken cancel)
    {
        SettingsReader reader = new(sources);
        ClientSettings settings = reader.Read(new ClientSettings(), ClientSettingsList.All);
        if (reader.Problems.Count > 0)
        {
            foreach (SettingProblem problem in reader.Problems)
            {
                await Console.Error.WriteLineAsync($"mesh: {problem}");
            }

            return ExitCodes.Failure;
        }

        try
        {
            using AdminClient admin = new(settings, timeout);
            return await run(parsed, new ClientContext(admin, format, Console.Out, Console.Error, Console.OpenStandardInput), cancel);
        }
        catch (ClientFailure failure)
        {
            await Console.Error.WriteLineAsync($"mesh: {failure.Message}");
            return ExitCodes.Failure;
        }
        catch (Exception failure) when (failure is KeyNotFoundException or InvalidOperationException)
        {
            // Thrown where an answer lacks a member or has another type there.
            await Console.Error.WriteLineAsync($"mesh: {settings.AdminUrl} answers in a form that this version does not know: {failure.Message}");
            return ExitCodes.Failure;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("mesh: interrupted; what was asked may still happen");
            return ExitCodes.Failure;
        }
    }
}
