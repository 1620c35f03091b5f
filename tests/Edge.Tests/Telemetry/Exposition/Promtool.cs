using System.Diagnostics;

namespace Mesh.Edge.Tests.Telemetry.Exposition;

/// <summary>Prometheus' own checker of pages.</summary>
internal static class Promtool
{
    private const int ParsedWithRemarks = 3;

    /// <summary>
    /// The page is taken. The checker's rules of style frown on some names, which are as Kong and OpenTelemetry's translation
    /// have them; no other remark is let through.
    /// </summary>
    public static async Task Agrees(string page)
    {
        using Process promtool = Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        await promtool.StandardInput.WriteAsync(page);
        promtool.StandardInput.Close();
        string remarks = await promtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await promtool.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(promtool.ExitCode is 0 or ParsedWithRemarks, remarks);
        Assert.All(remarks.Split('\n', StringSplitOptions.RemoveEmptyEntries), remark => Assert.Matches(
            "^(kong_(bandwidth_bytes counter metrics should have \"_total\" suffix|nginx_(connections|requests)_total non-counter metrics should not have \"_total\" suffix|(kong|request|upstream)_latency_ms (use base unit \"seconds\" instead of \"milliseconds\"|metric names should not contain abbreviated units))"
            + "|(dotnet_assembly|dotnet_process_cpu|dotnet_thread_pool_thread|dotnet_timer)_count non-histogram and non-summary metrics should not have \"_count\" suffix)$",
            remark));
    }
}
