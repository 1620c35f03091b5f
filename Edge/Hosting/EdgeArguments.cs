using System.Text;
using Mesh.Edge.Settings;

namespace Mesh.Edge.Hosting;

/// <summary>The command line of <c>mesh-edge</c>: one option per setting and nothing else.</summary>
internal static class EdgeArguments
{
    /// <summary>Values by the setting's name, from <c>--option value</c> or <c>--option=value</c>; or one line about what is wrong.</summary>
    public static (Dictionary<string, string> Given, string? Problem) Parse(string[] arguments)
    {
        Dictionary<string, string> given = [];
        string[] rest = arguments is ["start", ..] ? arguments[1..] : arguments;
        for (int i = 0; i < rest.Length; i++)
        {
            string[] parts = rest[i].Split('=', 2);
            if (EdgeSettingsList.All.FirstOrDefault(setting => setting.Option == parts[0]) is not { } known)
            {
                return (given, $"there is no option {parts[0]}; mesh-edge --help lists them");
            }

            if (parts.Length == 1 && ++i == rest.Length)
            {
                return (given, $"{parts[0]} needs a value: {known.Expected}");
            }

            given[known.Name] = parts.Length == 2 ? parts[1] : rest[i];
        }

        return (given, null);
    }

    public static string Help()
    {
        var text = new StringBuilder("mesh-edge [start] [options]\n\nAn edge of Mesh: serves by the configuration of silos elsewhere.\n\n");
        foreach (Setting<EdgeSettings> setting in EdgeSettingsList.All)
        {
            text.Append($"  {setting.Option,-24} {setting.Description} ({setting.Name})\n");
        }

        return text.Append("\nAlso: mesh-edge version").ToString();
    }
}
