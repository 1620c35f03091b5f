using System.Net;
using System.Net.Sockets;
using Mesh.Edge.Forwarding;

namespace Mesh.Edge.Tests.Forwarding;

public sealed class HeldReadStreamTests : IAsyncLifetime
{
    private Socket peer = null!;
    private HeldReadStream stream = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.LocalEndpoint, Cancel);
        peer = await listener.AcceptSocketAsync(Cancel);
        stream = new HeldReadStream(socket);
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        peer.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(300_000)]
    public async Task Every_byte_comes_once_and_in_order_however_it_is_waited_for(int length)
    {
        byte[] sent = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31))];
        Task sending = SendAsync(sent);
        var received = new List<byte>();
        byte[] buffer = new byte[700];
        for (int round = 0; ; round++)
        {
            for (int wait = 0; wait < round % 3; wait++)
            {
                Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty, Cancel));
            }

            int count = await stream.ReadAsync(buffer.AsMemory(0, round % 4 == 0 ? 300 : buffer.Length), Cancel);
            if (count == 0)
            {
                break;
            }

            received.AddRange(buffer.AsSpan(0, count));
        }

        await sending;
        Assert.Equal(sent, received);

        // The end stays the end, waited for or not.
        Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty, Cancel));
        Assert.Equal(0, await stream.ReadAsync(buffer.AsMemory(), Cancel));
    }

    [Fact]
    public async Task A_wait_ends_when_something_comes_and_not_before_and_takes_it_from_the_socket()
    {
        Task<int> waiting = stream.ReadAsync(Memory<byte>.Empty, Cancel).AsTask();
        Assert.False(waiting.IsCompleted);

        await peer.SendAsync("abc"u8.ToArray(), Cancel);
        Assert.Equal(0, await waiting);
        Assert.Equal(0, stream.Socket.Available);

        byte[] buffer = new byte[2];
        Assert.Equal(2, await stream.ReadAsync(buffer.AsMemory(), Cancel));
        Assert.Equal("ab"u8.ToArray(), buffer);
        Assert.Equal(1, stream.Read(buffer, 0, 2));
        Assert.Equal((byte)'c', buffer[0]);
    }

    [Fact]
    public async Task A_wait_that_is_given_up_loses_nothing()
    {
        using var impatience = new CancellationTokenSource();
        Task<int> waiting = stream.ReadAsync(Memory<byte>.Empty, impatience.Token).AsTask();
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        await peer.SendAsync("abc"u8.ToArray(), Cancel);
        byte[] buffer = new byte[8];
        Assert.Equal(3, await stream.ReadAsync(buffer.AsMemory(), Cancel));
    }

    private async Task SendAsync(byte[] bytes)
    {
        for (int at = 0; at < bytes.Length;)
        {
            at += await peer.SendAsync(bytes.AsMemory(at), Cancel);
        }

        peer.Shutdown(SocketShutdown.Send);
    }
}
