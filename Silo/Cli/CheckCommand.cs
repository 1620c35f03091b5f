using Mesh.Edge.Settings;

namespace Mesh.Silo.Cli;

/// <summary><c>mesh check</c>.</summary>
internal static class CheckCommand
{
    public static int Run(SettingSources sources)
    {
        if (SettingsReport.Read(sources, Console.Error) is null)
        {
            return ExitCodes.Failure;
        }

        Console.WriteLine("The settings are good.");
        return ExitCodes.Success;
    }
}
