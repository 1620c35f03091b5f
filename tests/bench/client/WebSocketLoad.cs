using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesh.Bench.Client;

/// <summary>One WebSocket connection that waits for each echo before it sends again; frames by hand, so that the client costs little.</summary>
internal sealed class WebSocketLoad(LoadRun run, int port, string path, int bytes)
{
    private const int MaxSmallPayload = 125;
    private readonly byte[] received = new byte[64 * 1024];

    public async Task Drive()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        await Upgrade(socket);
        byte[] message = Frame();
        int echo = message.Length - 4;
        while (!run.Over)
        {
            long begun = Stopwatch.GetTimestamp();
            await socket.SendAsync(message);
            for (int got = 0; got < echo;)
            {
                int read = await socket.ReceiveAsync(received.AsMemory(got));
                if (read == 0)
                {
                    throw new IOException("the WebSocket was closed");
                }

                got += read;
                if (received[0] != 0x82 || got > echo)
                {
                    throw new InvalidDataException("not the echo that was waited for");
                }
            }

            run.Milliseconds.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }
    }

    private async Task Upgrade(Socket socket)
    {
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
        int got = 0;
        while (!received.AsSpan(0, got).EndsWith("\r\n\r\n"u8))
        {
            int read = await socket.ReceiveAsync(received.AsMemory(got));
            if (read == 0)
            {
                throw new IOException("closed before it became a WebSocket");
            }

            got += read;
        }

        if (!received.AsSpan().StartsWith("HTTP/1.1 101 "u8))
        {
            throw new InvalidDataException("refused: " + Encoding.ASCII.GetString(received, 0, Math.Min(got, 40)).ReplaceLineEndings(" "));
        }
    }

    /// <summary>A masked binary frame (RFC 6455 section 5.2); a mask of zeros leaves the payload as it is.</summary>
    private byte[] Frame()
    {
        bool small = bytes <= MaxSmallPayload;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, received.Length - 4);
        byte[] frame = new byte[(small ? 6 : 8) + bytes];
        frame[0] = 0x82;
        frame[1] = (byte)(0x80 | (small ? bytes : 126));
        if (!small)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)bytes);
        }

        frame.AsSpan(frame.Length - bytes).Fill((byte)'x');
        return frame;
    }
}
