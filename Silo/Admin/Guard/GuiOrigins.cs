using System.Net;
using Mesh.Silo.Settings;

namespace Mesh.Silo.Admin.Guard;

/// <summary>
/// Web origins whose pages may use the Admin API. Kong lets every origin unless <c>admin_gui_url</c> is set; here it is the
/// configured ones, or else pages of the host that was asked, on the ports that Kong Manager has by default. Other ports of
/// this host often serve pages that nobody vouches for (notebooks, development servers).
/// </summary>
internal sealed class GuiOrigins(AdminSettings settings)
{
    private const int DefaultPort = 8002;
    private const int DefaultTlsPort = 8445;

    private readonly string[] configured = [.. settings.GuiUrls.Select(url => url.GetLeftPart(UriPartial.Authority))];

    /// <param name="origin">As the browser sent it.</param>
    /// <param name="host">Host that the request was sent to, without port; null when it is none of ours.</param>
    public bool Allows(string origin, string? host)
    {
        if (configured.Length > 0)
        {
            return configured.Contains(origin, StringComparer.OrdinalIgnoreCase);
        }

        return host is not null
            && Uri.TryCreate(origin, UriKind.Absolute, out Uri? url)
            && url is { Scheme: "http", Port: DefaultPort } or { Scheme: "https", Port: DefaultTlsPort }
            && (url.Host.Equals(host, StringComparison.OrdinalIgnoreCase) || (IsLoopback(url.Host) && IsLoopback(host)));
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));
}
