using System.Net;
using Mesh.Edge.Listeners;
using Mesh.Edge.Settings;

namespace Mesh.Silo.Settings;

/// <summary>Rules over several settings.</summary>
internal static class MeshSettingsRules
{
    private const string Combination = "combination of settings";

    public static IEnumerable<SettingProblem> Check(MeshSettings settings)
    {
        if (settings.Admin.Token is null)
        {
            if (LeavesLoopback(settings.Admin.Listen))
            {
                yield return Open("MESH_ADMIN_LISTEN", settings.Admin.Listen, "the Admin API could be written to by anyone who reaches it");
            }

            if (settings.Role == Role.All && LeavesLoopback(settings.Edge.StatusListen))
            {
                yield return Open("MESH_STATUS_LISTEN", settings.Edge.StatusListen, "the status of this process could be read by anyone who reaches it");
            }
        }

        SiloSettings silo = settings.Silo;
        string?[] files = [silo.ClusterCaFile, silo.ClusterCertificateFile, silo.ClusterKeyFile];
        if (files.Any(file => file is null) && files.Any(file => file is not null))
        {
            yield return new("MESH_CLUSTER_CA, MESH_CLUSTER_CERT, MESH_CLUSTER_KEY", null, Combination, "one of them stands without the others", "all three or none");
        }

        if (!IPAddress.IsLoopback(silo.ListenAddress) && !silo.HasClusterTls && !silo.AllowPlaintextCluster)
        {
            yield return new(
                "MESH_SILO_LISTEN_ADDRESS", silo.ListenAddress.ToString(), Combination, "the cluster's ports would leave loopback without TLS",
                "MESH_CLUSTER_CA, MESH_CLUSTER_CERT and MESH_CLUSTER_KEY, or MESH_CLUSTER_PLAINTEXT=on in a trusted network, or a loopback address");
        }

        if (silo.SiloPort == silo.GatewayPort)
        {
            yield return new("MESH_GATEWAY_PORT", $"{silo.GatewayPort}", Combination, "it equals MESH_SILO_PORT", "two different ports");
        }
    }

    private static bool LeavesLoopback(string list) => ListenDirectives.Parse(list).Directives.Any(directive =>
        directive.UnixPath is null
        && directive.Host != "localhost"
        && !(IPAddress.TryParse(directive.Host, out IPAddress? address) && IPAddress.IsLoopback(address)));

    private static SettingProblem Open(string name, string value, string reason) =>
        new(name, value, "with MESH_ADMIN_TOKEN not set", reason, "MESH_ADMIN_TOKEN to be set, or addresses on 127.0.0.1 or [::1] only, or off");
}
