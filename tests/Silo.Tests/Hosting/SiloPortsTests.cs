using System.Net;
using System.Net.Sockets;
using Mesh.Silo.Hosting;
using Mesh.Silo.Settings;
using Mesh.Silo.Tests.EndToEnd;

namespace Mesh.Silo.Tests.Hosting;

public sealed class SiloPortsTests
{
    private static readonly int[] Ports = MeshProcess.FreePorts(2);
    private static readonly SiloSettings Good = new() { SiloPort = Ports[0], GatewayPort = Ports[1] };

    [Fact]
    public void Loopback_needs_no_TLS() => Assert.Null(SiloPorts.Check(Good));

    [Fact]
    public void The_network_needs_TLS_or_the_word_of_the_operator()
    {
        SiloSettings open = Good with { ListenAddress = IPAddress.Any };
        Assert.Contains("MESH_CLUSTER_CA", Refusal(open), StringComparison.Ordinal);
        Assert.Null(SiloPorts.Check(open with { AllowPlaintextCluster = true }));
        using var pki = new ClusterPki();
        (string certificate, string key) = pki.Issue("silo.mesh");
        Assert.NotNull(SiloPorts.Check(open with { ClusterCaFile = pki.CaFile, ClusterCertificateFile = certificate, ClusterKeyFile = key }));
    }

    [Fact]
    public void Wrong_settings_are_named()
    {
        using var pki = new ClusterPki();
        (string certificate, string key) = pki.Issue("silo.mesh");
        (_, string otherKey) = pki.Issue("silo.mesh");
        Assert.Contains("belong together", Refusal(Good with { ClusterCaFile = pki.CaFile }), StringComparison.Ordinal);
        Assert.Contains("missing.pem", Refusal(Good with { ClusterCaFile = "missing.pem", ClusterCertificateFile = certificate, ClusterKeyFile = key }), StringComparison.Ordinal);
        Assert.Contains("MESH_CLUSTER_KEY", Refusal(Good with { ClusterCaFile = pki.CaFile, ClusterCertificateFile = certificate, ClusterKeyFile = otherKey }), StringComparison.Ordinal);
        Assert.Contains("MESH_GATEWAY_PORT", Refusal(Good with { GatewayPort = Good.SiloPort }), StringComparison.Ordinal);
        Assert.Contains("MESH_SILO_PORT=70000", Refusal(Good with { SiloPort = 70000 }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_in_use_is_named()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Assert.Contains($"MESH_GATEWAY_PORT={port}", Refusal(Good with { GatewayPort = port }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redis_that_is_not_there_is_named()
    {
        StartRefusedException refused = await Assert.ThrowsAsync<StartRefusedException>(() => StoreEndpoint.Open(Good with { Redis = $"127.0.0.1:{MeshProcess.FreePorts(1)[0]},password=hidden" }));
        Assert.Contains("MESH_REDIS", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StartRefusedException>(() => StoreEndpoint.Open(Good with { Redis = "127.0.0.1:1,nonsense=1" }));
    }

    private static string Refusal(SiloSettings settings)
    {
        string message = Assert.Throws<StartRefusedException>(() => SiloPorts.Check(settings)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
