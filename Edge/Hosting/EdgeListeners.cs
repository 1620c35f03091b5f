using Mesh.Abstractions.Reports;
using Mesh.Edge.Listeners;

namespace Mesh.Edge.Hosting;

/// <summary>Binds the listeners that the settings name. A problem is one line that names the setting, the reason and what would be right.</summary>
internal static class EdgeListeners
{
    private const string Expected = "expected addresses of this machine and ports that nothing else listens on, or off";

    public static string? Read(string setting, string text, out IReadOnlyList<ListenDirective> directives)
    {
        ListenDirectivesResult parsed = ListenDirectives.Parse(text);
        directives = parsed.Directives;
        return parsed.Problem is { } problem ? $"{setting} \"{text}\": {problem}" : null;
    }

    public static async Task<string?> Bind(Func<Guid, string, ListenDirective, CancellationToken, ValueTask<ListenerReport>> bind, string setting, string name, IReadOnlyList<ListenDirective> directives, CancellationToken cancel)
    {
        for (int i = 0; i < directives.Count; i++)
        {
            ListenerReport report = await bind(Guid.Empty, directives.Count == 1 ? name : $"{name}-{i}", directives[i], cancel);
            if (report.State == ListenerState.Failed)
            {
                return $"{setting} \"{directives[i]}\": {report.Reason}; {Expected}";
            }
        }

        return null;
    }
}
