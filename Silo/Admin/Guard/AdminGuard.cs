using System.Net;
using Mesh.Silo.Settings;

namespace Mesh.Silo.Admin.Guard;

/// <summary>
/// Keeps browsers from being made use of, by a name that was rebound to this machine or by a page of another origin. It looks at
/// callers whose right lies in where they are or in a certificate that browsers show by themselves; a token no foreign page has.
/// </summary>
internal sealed class AdminGuard(AdminSettings settings)
{
    private readonly string[] names =
    [
        Environment.MachineName,
        .. ListenDirectives.Parse(settings.Listen).Directives.Where(directive => directive.UnixPath is null).Select(directive => directive.Host),
        .. settings.Hosts,
    ];

    private readonly GuiOrigins pages = new(settings);

    /// <returns>The refusal; null when the request may pass.</returns>
    public AdminAnswer? Check(HttpRequest request)
    {
        if (!IsOwnHost(request.Host.Host))
        {
            return Forbidden("The Admin API is not known under this host name: use its address, or add the name to MESH_ADMIN_HOSTS");
        }

        return IsWrite(request.Method) && IsForeignPage(request)
            ? Forbidden("Web pages of this origin may not write: add it to MESH_ADMIN_GUI_URL")
            : null;
    }

    /// <summary>Whether pages of an origin may read the answers to this request.</summary>
    public bool IsAllowedOrigin(HttpRequest request, string origin) =>
        pages.Allows(origin, IsOwnHost(request.Host.Host) ? request.Host.Host : null);

    private static AdminAnswer Forbidden(string message) => AdminAnswer.Message(StatusCodes.Status403Forbidden, message);

    /// <summary>A literal address cannot be rebound.</summary>
    private bool IsOwnHost(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host.Trim('[', ']'), out _)
        || names.Contains(host, StringComparer.OrdinalIgnoreCase);

    /// <summary>A browser says so in <c>Origin</c> or, without it, in <c>Sec-Fetch-Site</c>.</summary>
    private bool IsForeignPage(HttpRequest request)
    {
        string? origin = request.Headers.Origin;
        if (!string.IsNullOrEmpty(origin))
        {
            return !IsAllowedOrigin(request, origin) && !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
        }

        return request.Headers["Sec-Fetch-Site"] is ["cross-site" or "same-site"];
    }

    private static bool IsWrite(string method) => method is not ("GET" or "HEAD" or "OPTIONS");
}
