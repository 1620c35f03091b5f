using Mesh.Abstractions.Schemas;
using Mesh.Edge.Plugins.Logging;

namespace Mesh.Edge.Plugins.Prometheus;

/// <summary>Counts requests and streams for <c>/metrics</c>.</summary>
internal sealed class PrometheusPlugin(MetricsRegistry registry) : ILogPlugin
{
    public PluginSchema Schema => PrometheusSettings.Schema;

    public LogStep BuildLog(PluginInstance instance) => new PrometheusStep(instance.Read<PrometheusSettings>(), registry).Run;

    public StreamLogStep BuildStreamLog(PluginInstance instance) => new PrometheusStreamStep(instance.Read<PrometheusSettings>(), registry).Run;
}
