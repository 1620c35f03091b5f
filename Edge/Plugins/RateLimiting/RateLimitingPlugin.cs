using Mesh.Abstractions.Schemas;
using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Plugins.RateLimiting;

/// <summary>Limits how many requests a caller may send in a second, minute, hour, day, month or year.</summary>
internal sealed class RateLimitingPlugin(TimeProvider time) : IPlugin
{
    private const string LocalPolicy = "local";

    public PluginSchema Schema => RateLimitingSettings.Schema;

    public RequestStep Build(PluginInstance instance, RequestStep next)
    {
        RateLimitingSettings settings = instance.Read<RateLimitingSettings>();
        if (settings.Policy != LocalPolicy)
        {
            throw new FormatException($"policy '{settings.Policy}' is not served by this edge, only '{LocalPolicy}' is");
        }

        LimitCounters counters = instance.State.Get(() => new LimitCounters());
        return new RateLimitingStep(settings, counters, time, next).Run;
    }
}
