using Mesh.Edge.Hosting;
using Mesh.Edge.Settings;
using Mesh.Edge.Telemetry.Export;
using Mesh.Silo.Hosting;
using Mesh.Silo.Settings;

namespace Mesh.Silo.Cli;

/// <summary><c>mesh start</c>: runs until a signal, then drains.</summary>
internal static class StartCommand
{
    public static async Task<int> Run(SettingSources sources, CancellationToken cancel)
    {
        SharedBuffers.KeepMore();
        if (SettingsReport.Read(sources, Console.Error) is not { } settings)
        {
            return ExitCodes.Failure;
        }

        InlineCompletions.Choose(settings.Edge.InlineCompletions);
        using ProcessEnding ending = new();
        ProcessLogLevel level = new(settings.Edge.LogLevel);
        using TelemetryExport? export = TelemetryExport.Start("mesh", settings.Edge);
        using ILoggerFactory logs = ProcessLogging.Create(level, export);
        if (MeshVersion.RuntimeWarning(Environment.Version) is { } warning)
        {
            await Console.Error.WriteLineAsync($"mesh: warning: {warning}");
        }

        try
        {
            await using MeshNode node = await MeshNode.Start(settings, logs, level, ending.Requested);
            Console.WriteLine($"{MeshVersion.StartLine("mesh")}: {node.Summary}");
            if (await node.FirstSteps() is { } steps)
            {
                Console.WriteLine(steps);
            }

            await node.Run(ending.Requested);
            return Environment.ExitCode;
        }
        catch (StartRefusedException refused)
        {
            await Console.Error.WriteLineAsync($"mesh: {refused.Message}");
            return ExitCodes.Failure;
        }
        catch (OperationCanceledException) when (ending.Requested.IsCancellationRequested || cancel.IsCancellationRequested)
        {
            return ExitCodes.Success;
        }
    }
}
