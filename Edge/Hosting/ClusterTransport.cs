using Mesh.Edge.ClusterTls;
using Mesh.Edge.Settings;
using Orleans.Hosting;

namespace Mesh.Edge.Hosting;

/// <summary>How a lone edge's connections to silos are secured.</summary>
internal static class ClusterTransport
{
    /// <summary>What configures the client (null: plain text), or one line about what is wrong with the settings.</summary>
    public static (Action<IClientBuilder>? Transport, string? Problem) Of(EdgeSettings settings)
    {
        string?[] files = [settings.ClusterCaFile, settings.ClusterCertificateFile, settings.ClusterKeyFile];
        if (files.All(file => file is null))
        {
            return (null, null);
        }

        if (files.Any(file => file is null))
        {
            return (null, "MESH_CLUSTER_CA, MESH_CLUSTER_CERT and MESH_CLUSTER_KEY belong together; expected all three, or none");
        }

        try
        {
            var certificate = new ClusterCertificate(files[0]!, files[1]!, files[2]!);
            return (client => client.UseClusterTls(certificate), null);
        }
        catch (IOException unreadable)
        {
            return (null, unreadable.Message.ReplaceLineEndings(" "));
        }
    }
}
