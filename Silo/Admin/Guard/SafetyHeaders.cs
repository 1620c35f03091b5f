namespace Mesh.Silo.Admin.Guard;

/// <summary>What browsers are told to do with every answer. An answer that needs more says so in headers of its own, which win.</summary>
internal static class SafetyHeaders
{
    public static void AddTo(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";

        // Pages of this site on other ports, such as Kong Manager, may load /kconfig.js; those of other sites nothing.
        headers["Cross-Origin-Resource-Policy"] = "same-site";
    }
}
