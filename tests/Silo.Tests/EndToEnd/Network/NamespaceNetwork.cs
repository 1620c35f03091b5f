using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesh.Silo.Tests.EndToEnd.Network;

/// <summary>
/// Three hosts in a row: a client, the gateway, which is also the client's router, and a server behind it. Everything the
/// client sends to addresses that are nobody's (10.99.0.0/16, fd00:99::/32) comes by the gateway.
/// </summary>
internal sealed class NamespaceNetwork : IDisposable
{
    /// <summary>Reached by two addresses of each family.</summary>
    public const string Client = "10.11.0.2";
    public const string OtherClient = "10.11.0.3";
    public const string Client6 = "fd00:11::2";
    public const string Gateway = "10.11.0.1";
    public const string Gateway6 = "fd00:11::1";
    public const string GatewayToServer = "10.12.0.1";
    public const string Server = "10.12.0.2";
    public const string Server6 = "fd00:12::2";

    public NamespaceNetwork()
    {
        try
        {
            Connect();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public HostNamespace ClientHost { get; } = new("client");

    public HostNamespace GatewayHost { get; } = new("gateway");

    public HostNamespace ServerHost { get; } = new("server");

    /// <summary>Sends what it is told from the client's host and reads to the end.</summary>
    /// <param name="from">Address of the client; null for any.</param>
    public async Task<string> Exchange(string to, int port, string text, string? from = null)
    {
        using Socket socket = await Connect(to, port, from);
        using var patience = new CancellationTokenSource(MeshProcess.Patience);
        await socket.SendAsync(Encoding.ASCII.GetBytes(text), patience.Token);
        using var reader = new StreamReader(new NetworkStream(socket));
        return await reader.ReadToEndAsync(patience.Token);
    }

    public async Task<Socket> Connect(string to, int port, string? from = null)
    {
        IPAddress address = IPAddress.Parse(to);
        Socket socket = ClientHost.Within(() => new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        if (from is not null)
        {
            socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        }

        using var patience = new CancellationTokenSource(MeshProcess.Patience);
        await socket.ConnectAsync(new IPEndPoint(address, port), patience.Token);
        return socket;
    }

    /// <summary>Waits for something that comes true by itself.</summary>
    public async Task Until(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(MeshProcess.Patience);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition())
        {
            await poll.WaitForNextTickAsync(patience.Token);
        }
    }

    /// <summary>A GET whose answer ends the connection.</summary>
    public Task<string> Get(string to, int port, string? from = null) => Exchange(to, port, "GET / HTTP/1.1\r\nHost: any.test\r\nConnection: close\r\n\r\n", from);

    public void Dispose()
    {
        ClientHost.Dispose();
        GatewayHost.Dispose();
        ServerHost.Dispose();
    }

    private void Connect()
    {
        HostNamespace.Connect(ClientHost, "wire", [$"{Client}/24", $"{OtherClient}/24", $"{Client6}/64"], GatewayHost, "clients", [$"{Gateway}/24", $"{Gateway6}/64"]);
        HostNamespace.Connect(ServerHost, "wire", [$"{Server}/24", $"{Server6}/64"], GatewayHost, "servers", [$"{GatewayToServer}/24", "fd00:12::1/64"]);
        foreach ((HostNamespace host, string v4, string v6) in new[] { (ClientHost, Gateway, Gateway6), (ServerHost, GatewayToServer, "fd00:12::1") })
        {
            host.Ip("route", "add", "default", "via", v4);
            host.Ip("-6", "route", "add", "default", "via", v6);
        }
    }
}
