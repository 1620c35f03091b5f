using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Mesh.Silo.Tests.EndToEnd;

/// <summary>What a real Prometheus makes of the status listener's page.</summary>
public class PrometheusTests
{
    private const string Secret = "s3cret-of-alice";

    [Fact]
    public async Task Prometheus_scrapes_both_formats_with_exemplars_and_finds_no_secrets()
    {
        await using OtlpReceiver collector = await OtlpReceiver.Start();
        await using Upstream upstream = await Upstream.Echo();
        await using var gateway = new Gateway(new()
        {
            // Spans are needed for exemplars.
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{collector.GrpcPort}",
            ["OTEL_TRACES_SAMPLER"] = "parentbased_always_on",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=test",
        });
        await gateway.Start();
        await gateway.RouteTo("orders", upstream.Address);
        await gateway.Put("/plugins/0af76519-16cd-43dd-8448-eb211c80319c", new { name = "key-auth", config = new { key_names = new[] { "apikey" } } });
        await gateway.Put("/plugins/0af76519-16cd-43dd-8448-eb211c80319d", new { name = "prometheus", config = new { status_code_metrics = true, latency_metrics = true, bandwidth_metrics = true } });
        await gateway.Put("/consumers/alice", new { });
        await gateway.Put($"/consumers/alice/key-auth/0af76519-16cd-43dd-8448-eb211c80319e", new { key = Secret });
        string trace = Guid.NewGuid().ToString("N");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/orders/7?apikey={Secret}");
        request.Headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
        request.Headers.Add("Authorization", $"Bearer {Secret}");
        using HttpResponseMessage answer = await gateway.Proxy.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        // This Prometheus always prefers OpenMetrics: it gets the older text from one that does not pass on what it accepts.
        await using Upstream text = await Upstream.Start(app => app.Map("/metrics", async context =>
        {
            using HttpResponseMessage page = await gateway.Status.GetAsync("/metrics");
            context.Response.ContentType = page.Content.Headers.ContentType!.ToString();
            await page.Content.CopyToAsync(context.Response.Body);
        }));
        await using var prometheus = new PrometheusServer(("openmetrics", new Uri($"http://127.0.0.1:{gateway.StatusPort}/metrics")), ("text", new Uri(text.Address, "/metrics")));
        foreach (string job in new[] { "openmetrics", "text" })
        {
            await gateway.Process.Until(async () => await prometheus.FailureOf(job) is not null, $"{job} is scraped");
            Assert.Equal("", await prometheus.FailureOf(job));
            await Has($"http_server_request_duration_seconds_count{{job='{job}',http_route='/orders',http_request_method='GET',http_response_status_code='200',url_scheme='http'}}", job);
            await Has($"http_client_request_duration_seconds_count{{job='{job}',server_port='{upstream.Address.Port}'}}", job);
            await Has($"mesh_config_revision{{job='{job}'}} > 0", job);
            await Has($"target_info{{job='{job}',service_name='mesh',deployment_environment_name='test'}}", job);
            foreach (string name in new[]
            {
                "kestrel_active_connections", "kong_http_requests_total", "mesh_gateway_overhead_duration_seconds_bucket", "mesh_edge_connections", "dotnet_gc_collections_total",
                "dotnet_monitor_lock_contentions_total", "dotnet_gc_heap_total_allocated_bytes_total", "dotnet_process_memory_working_set_bytes", "dotnet_process_cpu_time_seconds_total",
            })
            {
                await Has($"{name}{{job='{job}'}}", job);
            }

            Assert.NotEmpty(await prometheus.Query($"{{job='{job}',__name__=~'orleans_.*'}}"));
            Assert.NotEmpty(await prometheus.Query($"histogram_quantile(0.99, sum by (le) (http_server_request_duration_seconds_bucket{{job='{job}',http_route='/orders'}}))"));
        }

        JsonElement exemplar = Assert.Single(await prometheus.Exemplars("http_server_request_duration_seconds_bucket{http_route='/orders'}"));
        Assert.Equal(trace, exemplar.GetProperty("labels").GetProperty("trace_id").GetString());
        Assert.Empty(await prometheus.Query("{job='text',__name__=~'.+_created'}"));

        using var openMetrics = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        openMetrics.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/openmetrics-text; version=1.0.0"));
        using HttpResponseMessage page = await gateway.Status.SendAsync(openMetrics);
        string body = await page.Content.ReadAsStringAsync();
        Assert.Equal("application/openmetrics-text; version=1.0.0; charset=utf-8", page.Content.Headers.ContentType!.ToString());
        Assert.EndsWith("\n# EOF\n", body, StringComparison.Ordinal);
        Assert.Single(body.Split('\n'), "# EOF");
        Assert.DoesNotContain(Secret, body, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, await gateway.Status.GetStringAsync("/metrics"), StringComparison.Ordinal);

        Task Has(string expression, string job) => gateway.Process.Until(async () => (await prometheus.Query(expression)).Length > 0, $"{job} has {expression}");
    }

    [Fact]
    public async Task Every_query_of_the_dashboards_finds_series()
    {
        await using Upstream upstream = await Upstream.Echo();
        await using var gateway = new Gateway();
        await gateway.Start();
        await gateway.RouteTo("orders", upstream.Address);

        // One target that answers and one that does not, so that there are retries and failed tries.
        await gateway.Put("/upstreams/pool", new { });
        await gateway.Put("/upstreams/pool/targets/0af76519-16cd-43dd-8448-eb211c80319c", new { target = upstream.Address.Authority });
        await gateway.Put("/upstreams/pool/targets/0af76519-16cd-43dd-8448-eb211c80319d", new { target = $"127.0.0.1:{MeshProcess.FreePorts(1)[0]}" });
        await gateway.RouteTo("pool", new Uri("http://pool"));
        await using var prometheus = new PrometheusServer(("mesh", new Uri($"http://127.0.0.1:{gateway.StatusPort}/metrics")));
        string[] files = Directory.GetFiles(Path.Combine(OtlpReceiver.Root(), "deploy", "dashboards"), "*.json");
        Assert.Equal(3, files.Length);
        foreach (string file in files)
        {
            using JsonDocument board = JsonDocument.Parse(await File.ReadAllTextAsync(file));
            foreach (JsonElement target in board.RootElement.GetProperty("panels").EnumerateArray().SelectMany(panel => panel.GetProperty("targets").EnumerateArray()))
            {
                string expression = target.GetProperty("expr").GetString()!.Replace("$job", "mesh", StringComparison.Ordinal).Replace("$__rate_interval", "5m", StringComparison.Ordinal);
                await gateway.Process.Until(
                    async () =>
                    {
                        await gateway.Proxy.GetAsync("/orders/1");
                        await gateway.Proxy.GetAsync("/pool/1");
                        return (await prometheus.Query(expression)).Length > 0;
                    },
                    $"{Path.GetFileName(file)}: {expression} finds something");
            }
        }
    }

    [Fact]
    public async Task Without_the_setting_the_page_has_kongs_metrics_alone()
    {
        await using var gateway = new Gateway(new() { ["MESH_STATUS_METRICS"] = "off" });
        await gateway.Start();
        string page = await gateway.Status.GetStringAsync("/metrics");
        Assert.Contains("kong_node_info", page, StringComparison.Ordinal);
        Assert.All(page.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches("^(# (HELP|TYPE) )?kong_", line));
    }
}
