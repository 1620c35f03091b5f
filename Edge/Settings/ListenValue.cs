using Mesh.Edge.Listeners;

namespace Mesh.Edge.Settings;

/// <summary>Checks a listen list of the settings.</summary>
internal static class ListenValue
{
    public const string Expected = "[off] | <ip>:<port> [flag]..., [... next entry ...]";

    public static string Check(string text)
    {
        string? problem = ListenDirectives.Parse(text).Problem;
        return problem is null ? text : throw new FormatException(problem.Replace(ListenDirectives.Usage, "it is not a listen list", StringComparison.Ordinal));
    }
}
