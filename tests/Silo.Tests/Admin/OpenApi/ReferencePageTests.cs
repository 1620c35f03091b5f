using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Mesh.Silo.Tests.Admin.OpenApi;

/// <summary><c>/docs</c> in a real browser.</summary>
[Collection<AdminCollection>]
public class ReferencePageTests(AdminFixture admin)
{
    /// <summary>For the page's own timers, which run in virtual time.</summary>
    private const int VirtualMilliseconds = 30_000;

    [Fact]
    public async Task The_page_lists_the_operations_without_errors_and_asks_nobody_else()
    {
        string folder = Directory.CreateTempSubdirectory("mesh-browser-").FullName;
        try
        {
            string origin = admin.Client.Address.GetLeftPart(UriPartial.Authority);
            string net = Path.Combine(folder, "net.json");
            (string page, string log) = await Browse(folder, net, $"{origin}/docs");
            Assert.Contains("Mesh Admin API", page);
            Assert.Contains("List services", page);
            Assert.Contains("/services/{", page);
            Assert.DoesNotContain(log.Split('\n'), line => line.Contains("CONSOLE", StringComparison.Ordinal) && !line.Contains("INFO:CONSOLE", StringComparison.Ordinal));
            Assert.DoesNotContain("Refused to", log);
            Assert.DoesNotContain("Content Security Policy", log);

            // What the page itself asked for; the browser has errands of its own.
            string[] asked =
            [
                .. File.ReadAllLines(net).Where(line => line.Contains($"\"initiator\":\"{origin}\"", StringComparison.Ordinal))
                    .Select(line => Regex.Match(line, "\"url\":\"([^\"]*)\"").Groups[1].Value),
            ];
            Assert.Contains($"{origin}/openapi.json", asked);
            Assert.All(asked, url => Assert.StartsWith(origin + "/", url));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task The_page_lets_no_foreign_script_in()
    {
        Reply page = (await admin.Client.Get("/docs")).Expect(200);
        string policy = page.Header("Content-Security-Policy")!;
        Assert.Contains("default-src 'none'", policy);
        Assert.Contains("connect-src 'self'", policy);
        Assert.DoesNotContain("'unsafe-inline'", policy.Split(';').Single(part => part.Contains("script-src", StringComparison.Ordinal)));
        Assert.DoesNotContain("http", policy);
        (await admin.Client.Get("/docs/scalar.js")).Expect(200);
        (await admin.Client.Get("/docs/other.js")).Expect(404);
    }

    private static async Task<(string Page, string Log)> Browse(string folder, string net, string url)
    {
        ProcessStartInfo start = new("chromium",
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update",
            $"--user-data-dir={folder}/profile", $"--virtual-time-budget={VirtualMilliseconds}", "--window-size=1400,1000", "--enable-logging=stderr", $"--log-net-log={net}", "--dump-dom", url,
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process browser = Process.Start(start)!;
        Task<string> page = browser.StandardOutput.ReadToEndAsync();
        Task<string> log = browser.StandardError.ReadToEndAsync();
        await browser.WaitForExitAsync();
        return (await page, await log);
    }
}
