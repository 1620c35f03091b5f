using System.Net;
using System.Net.Sockets;
using Garnet;
using Garnet.server;
using Mesh.Silo.Hosting;

namespace Mesh.Silo.Tests.Hosting;

public class EmbeddedStoreTests
{
    /// <summary>Between choosing a port and binding it another process may take it: then the next one is tried.</summary>
    [Fact]
    public void A_port_that_was_taken_meanwhile_is_told_from_other_failures()
    {
        using TcpListener busy = new(IPAddress.Loopback, 0);
        busy.Start();
        Exception failure = Assert.ThrowsAny<Exception>(() =>
        {
            using GarnetServer server = new(new GarnetServerOptions { EndPoints = [busy.LocalEndpoint], QuietMode = true, LogMemorySize = "32m", PageSize = "1m", IndexMemorySize = "1m" });
            server.Start();
        });
        Assert.True(EmbeddedStore.IsTaken(failure), $"{failure}");
        Assert.False(EmbeddedStore.IsTaken(new IOException("disk full")));
    }
}
