using Mesh.Edge.Telemetry.Exposition;

namespace Mesh.Edge.Tests.Telemetry.Exposition;

public sealed class PrometheusNamesTests
{
    [Theory]
    [InlineData("http.server.request.duration", "s", false, "http_server_request_duration_seconds")]
    [InlineData("dotnet.gc.collections", "{collection}", true, "dotnet_gc_collections_total")]
    [InlineData("dotnet.gc.heap.total_allocated", "By", true, "dotnet_gc_heap_total_allocated_bytes_total")]
    [InlineData("mesh.stream.io", "By", true, "mesh_stream_io_bytes_total")]
    [InlineData("orleans-app-requests-total", null, true, "orleans_app_requests_total")]
    [InlineData("already.seconds", "s", false, "already_seconds")]
    [InlineData("speed", "By/s", false, "speed_bytes_per_second")]
    [InlineData("share", "1", false, "share_ratio")]
    [InlineData("share", "1", true, "share_total")]
    [InlineData("used", "%", false, "used_percent")]
    [InlineData("2..odd--näme", "", false, "_2_odd_n_me")]
    public void A_name_is_translated_as_OpenTelemetry_says(string name, string? unit, bool isTotal, string expected) =>
        Assert.Equal(expected, PrometheusNames.Metric(name, unit, isTotal));

    [Theory]
    [InlineData("http.request.method", "http_request_method")]
    [InlineData("gc.heap.generation", "gc_heap_generation")]
    [InlineData("le", "key_le")]
    [InlineData("__name__", "_name_")]
    public void So_is_a_label(string name, string expected) => Assert.Equal(expected, PrometheusNames.Label(name));
}
