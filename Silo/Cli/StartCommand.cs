using Mesh.Edge.Settings;
using Mesh.Silo.Settings;

namespace Mesh.Silo.Cli;

/// <summary><c>mesh start</c>.</summary>
internal static class StartCommand
{
    public static Task<int> Run(SettingSources sources, CancellationToken cancel) =>
        Task.FromResult(SettingsReport.Read(sources, Console.Error) is null ? ExitCodes.Failure : ExitCodes.Success);
}
