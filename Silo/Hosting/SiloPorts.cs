using System.Net;
using System.Net.Sockets;
using Mesh.Edge.ClusterTls;
using Mesh.Silo.Settings;
using Orleans.Configuration;

namespace Mesh.Silo.Hosting;

/// <summary>The addresses of a silo, refused before anything starts when they cannot work or would be open to the network.</summary>
internal static class SiloPorts
{
    /// <returns>What connections are secured with; null on loopback or where plain text is allowed.</returns>
    /// <exception cref="StartRefusedException">With the line to print.</exception>
    public static ClusterCertificate? Check(SiloSettings settings)
    {
        if (settings is { ClusterCaFile: not null } or { ClusterCertificateFile: not null } or { ClusterKeyFile: not null } && !settings.HasClusterTls)
        {
            throw new StartRefusedException("MESH_CLUSTER_CA, MESH_CLUSTER_CERT and MESH_CLUSTER_KEY belong together: set all three, or none");
        }

        if (!settings.HasClusterTls && !settings.AllowPlaintextCluster && !IPAddress.IsLoopback(settings.ListenAddress))
        {
            throw new StartRefusedException($"MESH_SILO_LISTEN_ADDRESS={settings.ListenAddress} would open the silo and gateway ports without protection: set MESH_CLUSTER_CA, MESH_CLUSTER_CERT and MESH_CLUSTER_KEY, or MESH_CLUSTER_PLAINTEXT=on where the network itself is trusted");
        }

        if (settings.SiloPort == settings.GatewayPort)
        {
            throw new StartRefusedException($"MESH_SILO_PORT and MESH_GATEWAY_PORT are both {settings.SiloPort}: give each a port of its own");
        }

        CheckFree("MESH_SILO_PORT", settings.ListenAddress, settings.SiloPort);
        CheckFree("MESH_GATEWAY_PORT", settings.ListenAddress, settings.GatewayPort);
        if (!settings.HasClusterTls)
        {
            return null;
        }

        try
        {
            return new ClusterCertificate(settings.ClusterCaFile!, settings.ClusterCertificateFile!, settings.ClusterKeyFile!);
        }
        catch (IOException unreadable)
        {
            throw new StartRefusedException(unreadable.Message.ReplaceLineEndings(" "));
        }
    }

    public static void Apply(SiloSettings settings, EndpointOptions options)
    {
        options.SiloPort = settings.SiloPort;
        options.GatewayPort = settings.GatewayPort;
        options.SiloListeningEndpoint = new IPEndPoint(settings.ListenAddress, settings.SiloPort);
        options.GatewayListeningEndpoint = new IPEndPoint(settings.ListenAddress, settings.GatewayPort);
        if (settings.AdvertisedAddress is not null)
        {
            options.AdvertisedIPAddress = settings.AdvertisedAddress;
        }
        else if (!settings.ListenAddress.Equals(IPAddress.Any) && !settings.ListenAddress.Equals(IPAddress.IPv6Any))
        {
            options.AdvertisedIPAddress = settings.ListenAddress;
        }
    }

    private static void CheckFree(string setting, IPAddress address, int port)
    {
        if (port is < 1 or > 65535)
        {
            throw new StartRefusedException($"{setting}={port} is not a port: use 1 to 65535");
        }

        try
        {
            using var probe = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(address, port));
        }
        catch (SocketException taken)
        {
            throw new StartRefusedException($"{setting}={port} cannot be bound at {address} ({taken.SocketErrorCode}): stop what uses it, or choose another port");
        }
    }
}
