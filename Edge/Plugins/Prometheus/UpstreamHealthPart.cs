using Mesh.Abstractions.Entities;
using Mesh.Edge.Balancing;
using Mesh.Edge.Collections;
using Mesh.Edge.Configuration;
using Mesh.Edge.Telemetry.Exposition;

namespace Mesh.Edge.Plugins.Prometheus;

/// <summary>
/// <c>kong_upstream_target_health</c>: of every target, one sample a state, 1 in the one that holds. This edge does not check
/// its targets' health, which Kong calls healthchecks_off.
/// </summary>
internal sealed class UpstreamHealthPart
{
    private const string Name = "kong_upstream_target_health";
    private const string Unchecked = "healthchecks_off";
    private static readonly string[] States = [Unchecked, "healthy", "unhealthy", "dns_error"];

    private ShardedMap<Guid, Plugin>? seen;
    private bool wanted;

    public void Write(ExpositionWriter page, EdgeSnapshot snapshot)
    {
        if (!IsWanted(snapshot.Entities.Plugins))
        {
            return;
        }

        bool begun = false;
        foreach (Target target in snapshot.Entities.Targets.Values)
        {
            if (snapshot.Entities.Upstreams.GetValueOrDefault(target.Upstream.Id) is not { } upstream || !TargetAddress.TryParse(target.Address, out TargetAddress? address))
            {
                continue;
            }

            if (!begun)
            {
                page.Family(Name, "Health status of targets of upstream. States = healthchecks_off|healthy|unhealthy|dns_error, value is 1 when state is populated.", "gauge");
                begun = true;
            }

            foreach (string state in States)
            {
                page.Sample(
                    Name,
                    state == Unchecked ? 1 : 0,
                    ("upstream", upstream.Name),
                    ("target", target.Address),
                    ("address", address.Text),
                    ("state", state),
                    ("subsystem", "http"));
            }
        }
    }

    /// <summary>Whether any instance asks for it. Looked up again only when plugins changed.</summary>
    private bool IsWanted(ShardedMap<Guid, Plugin> plugins)
    {
        if (!ReferenceEquals(seen, plugins))
        {
            wanted = plugins.Values.Any(plugin =>
                plugin is { Name: PrometheusSettings.Name, Enabled: true, Config.ValueKind: System.Text.Json.JsonValueKind.Object }
                && plugin.Config.TryGetProperty("upstream_health_metrics", out var asked) && asked.ValueKind == System.Text.Json.JsonValueKind.True);
            seen = plugins;
        }

        return wanted;
    }
}
