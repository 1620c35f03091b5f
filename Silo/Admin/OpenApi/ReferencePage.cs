using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Scalar.AspNetCore;

namespace Mesh.Silo.Admin.OpenApi;

/// <summary>
/// <c>/docs</c>: the document as a page, by Scalar (MIT). Its script is the one inside the package's assembly; nothing comes
/// from elsewhere, and the page's policy lets nothing else in.
/// </summary>
internal static class ReferencePage
{
    private const string ScriptName = "scalar.js";
    private const string ScriptResource = "ScalarStaticAssets.scalar.js";

    private const string Inline = """
        const base = location.pathname.replace(/\/docs\/?$/, '');
        const script = document.createElement('script');
        script.src = base + '/docs/scalar.js';
        script.onload = () => Scalar.createApiReference('#app', {
          url: base + '/openapi.json',
          theme: 'default',
          layout: 'modern',
          withDefaultFonts: false,
          hideClientButton: true,
          telemetry: false,
          agent: { disabled: true },
          mcp: { disabled: true },
          showDeveloperTools: 'never',
          defaultOpenAllTags: false,
          documentDownloadType: 'json',
          proxyUrl: '',
        });
        document.body.append(script);
        """;

    private static readonly byte[] Page = Encoding.UTF8.GetBytes($$"""
        <!doctype html>
        <html lang="en">
          <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Mesh Admin API</title>
            <link rel="icon" href="data:,">
          </head>
          <body>
            <div id="app"></div>
            <script>{{Inline}}</script>
          </body>
        </html>
        """);

    /// <summary>Scripts are ours; styles are made by the script, so they cannot be named in advance. Requests go to this server only.</summary>
    private static readonly string Policy = string.Join("; ",
        "default-src 'none'",
        $"script-src 'self' 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Inline)))}'",
        "style-src 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'");

    private static readonly Lazy<byte[]> Script = new(ReadScript);

    public static AdminResource Resource { get; } = new()
    {
        Get = _ => Task.FromResult(new AdminAnswer(StatusCodes.Status200OK, Page, "text/html; charset=utf-8")
        {
            Headers = [new("Content-Security-Policy", Policy), new("Referrer-Policy", "no-referrer"), new("Cache-Control", "no-cache")],
        }),
    };

    public static AdminResource Asset(string name) => new()
    {
        Get = _ => Task.FromResult(name == ScriptName
            ? new AdminAnswer(StatusCodes.Status200OK, Script.Value, "text/javascript; charset=utf-8") { Headers = [new("Cache-Control", "max-age=3600")] }
            : AdminAnswer.NotFound),
    };

    /// <summary>The package keeps it compressed.</summary>
    private static byte[] ReadScript()
    {
        using Stream resource = typeof(ScalarOptions).Assembly.GetManifestResourceStream(ScriptResource)
            ?? throw new InvalidOperationException($"the Scalar package has no {ScriptResource}");
        using GZipStream unpacked = new(resource, CompressionMode.Decompress);
        using MemoryStream script = new();
        unpacked.CopyTo(script);
        return script.ToArray();
    }
}
