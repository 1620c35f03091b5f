using System.Buffers.Binary;
using System.Text;

namespace Mesh.Edge.Tests.Guard;

/// <summary>HTTP/2 frames as bytes; headers as literals without indexing or Huffman coding.</summary>
internal static class RawHttp2
{
    public const byte Data = 0, Headers = 1, Priority = 2, Reset = 3, Settings = 4, Ping = 6, WindowUpdate = 8, Continuation = 9;
    public const byte EndStream = 1, EndHeaders = 4;

    public static byte[] Preface { get; } = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0)];

    public static byte[] Frame(byte type, byte flags, int stream, params byte[] payload)
    {
        byte[] frame = new byte[9 + payload.Length];
        frame[0] = (byte)(payload.Length >> 16);
        frame[1] = (byte)(payload.Length >> 8);
        frame[2] = (byte)payload.Length;
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }

    public static byte[] Request(int stream, params (string Name, string Value)[] headers) =>
        Frame(Headers, EndStream | EndHeaders, stream, Block(headers));

    /// <summary>The scheme must be the connection's: the server resets a stream that names another.</summary>
    public static byte[] Get(int stream, string path, string scheme = "http") =>
        Request(stream, (":method", "GET"), (":scheme", scheme), (":authority", "a"), (":path", path));

    public static byte[] Block(params (string Name, string Value)[] headers)
    {
        var block = new List<byte>();
        foreach ((string name, string value) in headers)
        {
            block.Add(0);
            block.Add((byte)name.Length);
            block.AddRange(Encoding.Latin1.GetBytes(name));
            block.Add((byte)value.Length);
            block.AddRange(Encoding.Latin1.GetBytes(value));
        }

        return [.. block];
    }

    /// <summary>The first HEADERS payload, or <c>reset</c> for RST_STREAM or GOAWAY; null while neither has come.</summary>
    public static string? FirstOnStream(string received)
    {
        for (int at = 0; at + 9 <= received.Length;)
        {
            int length = (received[at] << 16) | (received[at + 1] << 8) | received[at + 2];
            int type = received[at + 3];
            if (at + 9 + length > received.Length)
            {
                return null;
            }

            if (type == Headers)
            {
                return received.Substring(at + 9, length);
            }

            if (type is Reset or 7)
            {
                return "reset";
            }

            at += 9 + length;
        }

        return null;
    }

    public static byte[] Repeat(byte[] frame, int times)
    {
        byte[] all = new byte[frame.Length * times];
        for (int i = 0; i < times; i++)
        {
            frame.CopyTo(all, i * frame.Length);
        }

        return all;
    }
}
