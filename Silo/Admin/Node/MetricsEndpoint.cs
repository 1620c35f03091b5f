using System.Buffers;
using Mesh.Edge.Plugins.Prometheus;
using Mesh.Edge.Telemetry.Exposition;

namespace Mesh.Silo.Admin.Node;

/// <summary>
/// <c>/metrics</c>, as Kong's Admin API has it: the page of the edge in this process, the same as on its status listener. A
/// silo alone tells of itself; its edges are scraped one by one.
/// </summary>
internal static class MetricsEndpoint
{
    public static AdminResource Resource { get; } = new() { Get = context => Task.FromResult(Read(context.Services)) };

    private static AdminAnswer Read(AdminServices services) =>
        new(StatusCodes.Status200OK, services.EdgeMetrics?.Invoke() ?? OfSilo(services), ExpositionFormat.Text.ContentType);

    private static ReadOnlyMemory<byte> OfSilo(AdminServices services)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var page = new ExpositionWriter(buffer, ExpositionFormat.Text);
        MetricsPage.Gauge(page, "kong_datastore_reachable", "Datastore reachable from Kong, 0 is unreachable", services.IsStoreReachable() ? 1 : 0);
        MetricsPage.Gauge(page, "kong_node_info", "Kong Node metadata information", 1, ("node_id", services.Node.Id.ToString()), ("version", services.Node.Version));
        return buffer.WrittenMemory;
    }
}
