using System.Text;
using System.Text.Json;
using Mesh.Edge.Listeners;
using Mesh.Silo.Settings;

namespace Mesh.Silo.Admin.Node;

/// <summary>
/// <c>/kconfig.js</c>: the script from which Kong Manager learns where the Admin API is. Whoever serves Kong Manager's files
/// passes this path on.
/// </summary>
internal static class KongManagerEndpoint
{
    public static AdminResource Resource { get; } = new() { Get = context => Task.FromResult(Script(context.Services.Settings.Admin)) };

    private static AdminAnswer Script(AdminSettings settings)
    {
        IReadOnlyList<ListenDirective> listeners = ListenDirectives.Parse(settings.Listen).Directives;
        Uri? page = settings.GuiUrls.Count > 0 ? settings.GuiUrls[0] : null;
        SortedDictionary<string, string> values = new(StringComparer.Ordinal)
        {
            ["ADMIN_GUI_URL"] = page?.GetLeftPart(UriPartial.Path).TrimEnd('/') ?? "",
            ["ADMIN_GUI_PATH"] = page?.AbsolutePath ?? "/",
            ["ADMIN_API_URL"] = settings.GuiApiUrl?.GetLeftPart(UriPartial.Path).TrimEnd('/') ?? "",
            ["ADMIN_API_PORT"] = Port(ssl: false),
            ["ADMIN_API_SSL_PORT"] = Port(ssl: true),
            ["KONG_VERSION"] = RootEndpoint.KongVersion,
            ["KONG_EDITION"] = "community",
            ["ANONYMOUS_REPORTS"] = "false",
        };
        byte[] script = Encoding.UTF8.GetBytes($"window.K_CONFIG = {JsonSerializer.Serialize(values)}\n");
        return new AdminAnswer(StatusCodes.Status200OK, script, "text/javascript; charset=utf-8");

        string Port(bool ssl) => listeners.FirstOrDefault(directive => directive.Ssl == ssl && directive.UnixPath is null) is { } found ? $"{found.Port}" : "";
    }
}
