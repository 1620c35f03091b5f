using Mesh.Edge.Settings;
using Mesh.Silo.Settings;

namespace Mesh.Silo.Cli;

/// <summary>Reads all settings and prints what is wrong with them, one line each.</summary>
internal static class SettingsReport
{
    /// <returns>Null when there was a problem.</returns>
    public static MeshSettings? Read(SettingSources sources, TextWriter errors)
    {
        SettingsReader reader = new(sources);
        MeshSettings settings = MeshSettings.Read(reader);

        // They are for the other verbs, but no mistake in the environment of this one.
        reader.Read(new ClientSettings(), ClientSettingsList.All);
        foreach (SettingProblem problem in reader.Problems)
        {
            errors.WriteLine($"mesh: {problem}");
        }

        foreach (string name in reader.Unknown)
        {
            errors.WriteLine($"mesh: warning: there is no setting {name}");
        }

        return reader.Problems.Count == 0 ? settings : null;
    }
}
