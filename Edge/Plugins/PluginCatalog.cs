using Mesh.Abstractions.Schemas;
using Mesh.Edge.Plugins.Acl;
using Mesh.Edge.Plugins.BasicAuth;
using Mesh.Edge.Plugins.CorrelationId;
using Mesh.Edge.Plugins.Cors;
using Mesh.Edge.Plugins.FileLog;
using Mesh.Edge.Plugins.HttpLog;
using Mesh.Edge.Plugins.IpRestriction;
using Mesh.Edge.Plugins.KeyAuth;
using Mesh.Edge.Plugins.Logging;
using Mesh.Edge.Plugins.Prometheus;
using Mesh.Edge.Plugins.RateLimiting;
using Mesh.Edge.Plugins.RequestSizeLimiting;
using Mesh.Edge.Plugins.RequestTermination;
using Mesh.Edge.Plugins.RequestTransformer;
using Mesh.Edge.Plugins.ResponseTransformer;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Edge.Plugins;

/// <summary>All plugins of this build, one line each.</summary>
internal sealed class PluginCatalog(IReadOnlyList<IPlugin> plugins) : IPluginSchemas
{
    private readonly Dictionary<string, IPlugin> byName = plugins.ToDictionary(plugin => plugin.Schema.Name);

    public static PluginCatalog Default { get; } = Create(TimeProvider.System);

    public IReadOnlyCollection<PluginSchema> All { get; } = [.. plugins.Select(plugin => plugin.Schema).OrderByDescending(schema => schema.Priority)];

    public static PluginCatalog Create(TimeProvider time) => Create(time, new LogOutputs(time, NullLoggerFactory.Instance));

    /// <param name="outputs">What log plugins write to.</param>
    public static PluginCatalog Create(TimeProvider time, LogOutputs outputs) => new(
    [
        new CorrelationIdPlugin(time),
        new CorsPlugin(),
        new KeyAuthPlugin(time),
        new BasicAuthPlugin(),
        new IpRestrictionPlugin(),
        new RequestSizeLimitingPlugin(),
        new AclPlugin(),
        new RateLimitingPlugin(time),
        new RequestTransformerPlugin(),
        new ResponseTransformerPlugin(),
        new PrometheusPlugin(outputs.Metrics),
        new HttpLogPlugin(outputs.Queues),
        new FileLogPlugin(outputs.Files),
        new RequestTerminationPlugin(),
    ]);

    public PluginSchema? Find(string name) => FindPlugin(name)?.Schema;

    public IPlugin? FindPlugin(string name) => byName.GetValueOrDefault(name);
}
