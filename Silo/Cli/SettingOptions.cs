using System.CommandLine;
using Mesh.Edge.Settings;

namespace Mesh.Silo.Cli;

/// <summary>One command line option per setting, made from the settings' declarations.</summary>
/// <param name="aliases">Shorter options, by the setting's name.</param>
internal sealed class SettingOptions(IEnumerable<Setting> settings, IReadOnlyDictionary<string, string>? aliases = null)
{
    private readonly (Setting Setting, Option<string> Option)[] options =
        [.. settings.Select(setting => (setting, new Option<string>(setting.Option, aliases?.GetValueOrDefault(setting.Name) is { } alias ? [alias] : [])
        {
            Description = $"{setting.Description} ({setting.Name})",
            HelpName = setting.Secret ? "secret" : "value",
        }))];

    public void AddTo(Command command)
    {
        foreach ((_, Option<string> option) in options)
        {
            command.Options.Add(option);
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
