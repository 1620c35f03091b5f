namespace Mesh.Silo.Admin.Access;

/// <summary>The token that a request carries: <c>Authorization: Bearer</c>, or Kong's <c>Kong-Admin-Token</c>.</summary>
internal static class BearerToken
{
    private const string Scheme = "Bearer ";
    private const string KongHeader = "Kong-Admin-Token";

    /// <returns>Null when it carries none: other schemes are not the Admin API's, and a plugin before it may use them.</returns>
    public static string? Of(HttpRequest request)
    {
        string? header = request.Headers.Authorization;
        string? token = header?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true ? header[Scheme.Length..].Trim() : request.Headers[KongHeader];
        return string.IsNullOrEmpty(token) ? null : token;
    }
}
