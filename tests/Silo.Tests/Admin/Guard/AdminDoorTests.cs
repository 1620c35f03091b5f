using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Mesh.Silo.Tests.Admin.Access;

namespace Mesh.Silo.Tests.Admin.Guard;

/// <summary>Who may connect at all, over real sockets.</summary>
public class AdminDoorTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Addresses_that_are_not_allowed_are_closed_on_before_a_byte_is_spoken()
    {
        await using GuardedAdmin admin = await GuardedAdmin.Start(settings => settings with { Allow = [IPNetwork.Parse("192.0.2.0/24")] });
        Assert.Equal(0, await FirstBytes(admin));
        await admin.Restart(settings => settings with { Allow = [IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("127.0.0.0/8")] });
        (await admin.Send("GET", "/status", null)).Expect(200);
    }

    [Fact]
    public async Task With_TLS_there_is_not_even_a_handshake()
    {
        await using GuardedAdmin admin = await GuardedAdmin.Start(settings => settings with { Listen = "127.0.0.1:0 ssl", Allow = [IPNetwork.Parse("::1/128")] });
        Exception? failure = await Record.ExceptionAsync(async () =>
        {
            using TcpClient client = await Connect(admin);
            await using SslStream tls = new(client.GetStream(), false, (_, _, _, _) => true);
            await tls.AuthenticateAsClientAsync("localhost").WaitAsync(Patience);
        });
        Assert.True(failure is IOException or SocketException, $"{failure}");
    }

    [Fact]
    public async Task A_unix_socket_is_local_and_has_no_address()
    {
        string path = Path.Combine(Path.GetTempPath(), $"mesh-{Guid.NewGuid():N}.sock");
        await using GuardedAdmin admin = await GuardedAdmin.Start(settings => settings with { Listen = $"127.0.0.1:0, unix:{path}", Allow = [IPNetwork.Parse("192.0.2.0/24")] });
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await using NetworkStream stream = new(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes("GET /access/self HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        string answer = await new StreamReader(stream).ReadToEndAsync().WaitAsync(Patience);
        Assert.Contains("\"credential\":\"loopback\",\"address\":\"unix\"", answer, StringComparison.Ordinal);
    }

    private static async Task<TcpClient> Connect(GuardedAdmin admin)
    {
        Uri address = new(admin.Host.Address);
        TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, address.Port);
        return client;
    }

    /// <summary>Bytes that come back before the connection ends.</summary>
    private static async Task<int> FirstBytes(GuardedAdmin admin)
    {
        byte[] buffer = new byte[64];
        try
        {
            using TcpClient client = await Connect(admin);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            return await client.GetStream().ReadAsync(buffer).AsTask().WaitAsync(Patience);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return 0;
        }
    }
}
