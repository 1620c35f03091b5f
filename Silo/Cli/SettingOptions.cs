using System.CommandLine;
using Mesh.Edge.Settings;
using Mesh.Silo.Settings;

namespace Mesh.Silo.Cli;

/// <summary>One command line option per setting, made from the settings' declarations.</summary>
internal sealed class SettingOptions
{
    private readonly (Setting Setting, Option<string> Option)[] options =
        [.. MeshSettings.Declarations.Select(setting => (setting, new Option<string>(setting.Option)
        {
            Description = $"{setting.Description} ({setting.Name})",
            HelpName = setting.Secret ? "secret" : "value",
            Recursive = true,
        }))];

    public void AddTo(RootCommand root)
    {
        foreach ((_, Option<string> option) in options)
        {
            root.Options.Add(option);
        }
    }

    public SettingSources Sources(ParseResult parsed)
    {
        Dictionary<string, string> given = [];
        foreach ((Setting setting, Option<string> option) in options)
        {
            if (parsed.GetValue(option) is { } value)
            {
                given[setting.Name] = value;
            }
        }

        return SettingSources.OfProcess(given);
    }
}
