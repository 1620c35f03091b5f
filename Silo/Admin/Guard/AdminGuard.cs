using System.Net;
using System.Security.Cryptography;
using System.Text;
using Mesh.Silo.Settings;

namespace Mesh.Silo.Admin.Guard;

/// <summary>
/// Who may speak to the Admin API. With a token set, whoever carries it. Without one, whoever reaches it: then a browser on
/// this machine must not be made use of, by a name that was rebound to loopback or by a page of another origin.
/// </summary>
internal sealed class AdminGuard(AdminSettings settings)
{
    private readonly byte[]? token = Digest(settings.Token);
    private readonly byte[]? edgeToken = Digest(settings.EdgeToken);
    private readonly GuiOrigins pages = new(settings);

    /// <returns>The refusal; null when the request may pass.</returns>
    public AdminAnswer? Check(HttpContext http, bool isGatewayList)
    {
        // A preflight carries no credentials and does nothing.
        bool isPreflight = HttpMethods.IsOptions(http.Request.Method);
        if ((isGatewayList ? edgeToken ?? token : token) is { } required)
        {
            bool known = Carries(http.Request, required) || (token is not null && Carries(http.Request, token));
            return known || isPreflight ? null : Unauthorized();
        }

        if (isGatewayList && !(http.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer)))
        {
            return Forbidden("Edges on other machines need MESH_EDGE_TOKEN to be set on the silo");
        }

        if (!IsOwnHost(http.Request.Host.Host))
        {
            return Forbidden("The Admin API is not known under this host name: use its address, add the name to MESH_ADMIN_HOSTS, or set MESH_ADMIN_TOKEN");
        }

        return IsWrite(http.Request.Method) && IsForeignPage(http.Request)
            ? Forbidden("Web pages of this origin may not write: add it to MESH_ADMIN_GUI_URL")
            : null;
    }

    /// <summary>Whether pages of an origin may read the answers to this request.</summary>
    public bool IsAllowedOrigin(HttpRequest request, string origin) =>
        pages.Allows(origin, IsOwnHost(request.Host.Host) ? request.Host.Host : null);

    private static bool Carries(HttpRequest request, byte[] expected)
    {
        string? header = request.Headers.Authorization;
        string? given = header?.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) == true ? header["Bearer ".Length..].Trim() : request.Headers["Kong-Admin-Token"];
        return Digest(given) is { } digest && CryptographicOperations.FixedTimeEquals(digest, expected);
    }

    private static AdminAnswer Forbidden(string message) => AdminAnswer.Message(StatusCodes.Status403Forbidden, message);

    private static AdminAnswer Unauthorized() =>
        AdminAnswer.Message(StatusCodes.Status401Unauthorized, "Invalid credentials. Token is required") with { Headers = [new("WWW-Authenticate", "Bearer realm=\"mesh\"")] };

    private bool IsOwnHost(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host.Trim('[', ']'), out _)
        || settings.Hosts.Contains(host, StringComparer.OrdinalIgnoreCase);

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

    private static byte[]? Digest(string? secret) => string.IsNullOrEmpty(secret) ? null : SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
