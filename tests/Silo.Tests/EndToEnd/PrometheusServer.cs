using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace Mesh.Silo.Tests.EndToEnd;

/// <summary>A real Prometheus that scrapes, with what it keeps in a directory of its own.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("mesh-prometheus-").FullName;
    private readonly Process process;
    private readonly HttpClient api;

    /// <param name="scraped">Name of each job and where its page is.</param>
    public PrometheusServer(params (string Job, Uri Page)[] scraped)
    {
        int port = MeshProcess.FreePorts(1)[0];
        string configuration = Path.Combine(directory, "prometheus.yml");
        File.WriteAllText(configuration, "global: { scrape_interval: 500ms, scrape_timeout: 500ms }\nscrape_configs:\n" + string.Concat(scraped.Select(target =>
            $"- {{ job_name: {target.Job}, metrics_path: {target.Page.AbsolutePath}, static_configs: [ {{ targets: [ '{target.Page.Authority}' ] }} ] }}\n")));
        process = Process.Start(new ProcessStartInfo("prometheus",
        [
            $"--config.file={configuration}", $"--storage.tsdb.path={directory}/data", $"--web.listen-address=127.0.0.1:{port}", "--enable-feature=exemplar-storage", "--log.level=error",
        ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        api = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/api/v1/") };
    }

    /// <returns>Why the last scrape of a job failed; empty when it did not, null before the first.</returns>
    public async Task<string?> FailureOf(string job)
    {
        JsonElement target = (await Get("targets")).GetProperty("activeTargets").EnumerateArray().FirstOrDefault(target => target.GetProperty("labels").GetProperty("job").GetString() == job);
        return target.ValueKind == JsonValueKind.Undefined || target.GetProperty("health").GetString() == "unknown" ? null : target.GetProperty("lastError").GetString();
    }

    /// <summary>The series that an expression gives now.</summary>
    public async Task<JsonElement[]> Query(string expression) =>
        [.. (await Get($"query?query={Uri.EscapeDataString(expression)}")).GetProperty("result").EnumerateArray()];

    public async Task<JsonElement[]> Exemplars(string expression)
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        JsonElement data = await Get($"query_exemplars?query={Uri.EscapeDataString(expression)}&start={now - 3600}&end={now + 60}");
        return data.ValueKind == JsonValueKind.Array ? [.. data.EnumerateArray().SelectMany(series => series.GetProperty("exemplars").EnumerateArray())] : [];
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        api.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private async Task<JsonElement> Get(string path)
    {
        using HttpResponseMessage response = await api.GetAsync(path);
        if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            // It answers so while it starts.
            throw new HttpRequestException("Prometheus is not ready");
        }

        string text = await response.Content.ReadAsStringAsync();
        JsonElement answer = JsonElement.Parse(text);
        Assert.True(answer.GetProperty("status").GetString() == "success", $"{path}: {text}");
        return answer.GetProperty("data");
    }
}
