using System.Buffers.Binary;
using System.Net.Security;
using System.Text;
using Mesh.Edge.Tests.Listeners;
using Microsoft.AspNetCore.Http;
using static Mesh.Edge.Tests.Guard.RawHttp2;

namespace Mesh.Edge.Tests.Guard;

/// <summary>Broken rules of RFC 9113, one at a time over TLS: each is answered by the error that the RFC names, and the edge serves the next client.</summary>
public sealed class Http2ViolationTests
{
    private const int Protocol = 1, FlowControl = 3, StreamClosed = 5, FrameSize = 6, Compression = 9, Internal = 2;
    private const byte Ack = 1, PushPromise = 5, GoAway = 7;
    private const int ResetsAtOnce = 2000;

    /// <summary>Name, bytes after the preface, error codes that may answer.</summary>
    public static TheoryData<string, byte[], int[]> Violations => new()
    {
        { "frame over the largest size", Frame(Data, 0, 1, new byte[16_385]), [FrameSize] },
        { "headers on stream 0", Frame(Headers, EndHeaders | EndStream, 0, Block((":method", "GET"))), [Protocol] },
        { "headers on an even stream", Get(2, "/", "https"), [Protocol] },
        { "a stream number below one that was used", [.. Get(5, "/", "https"), .. Get(3, "/", "https")], [Protocol, StreamClosed] },
        { "data on an idle stream", Frame(Data, 0, 1, 1), [Protocol, StreamClosed] },
        { "reset of an idle stream", Frame(Reset, 0, 1, 0, 0, 0, 8), [Protocol] },
        { "reset of stream 0", Frame(Reset, 0, 0, 0, 0, 0, 8), [Protocol] },
        { "reset of a wrong size", [.. Get(1, "/", "https"), .. Frame(Reset, 0, 1, 0, 0, 8)], [FrameSize] },
        { "window of the connection overflows", Frame(WindowUpdate, 0, 0, 0x7f, 0xff, 0xff, 0xff), [FlowControl] },
        { "window of a stream overflows", [.. Open(1), .. Frame(WindowUpdate, 0, 1, 0x7f, 0xff, 0xff, 0xff)], [FlowControl] },
        { "window update of nothing", Frame(WindowUpdate, 0, 0, 0, 0, 0, 0), [Protocol] },
        { "window update of a wrong size", Frame(WindowUpdate, 0, 0, 0, 0, 1), [FrameSize] },
        { "settings of a wrong size", Frame(RawHttp2.Settings, 0, 0, 0, 3, 0), [FrameSize] },
        { "settings on a stream", Frame(RawHttp2.Settings, 0, 1), [Protocol] },
        { "acknowledged settings with content", Frame(RawHttp2.Settings, Ack, 0, 0, 3, 0, 0, 0, 1), [FrameSize] },
        { "initial window too large", Frame(RawHttp2.Settings, 0, 0, 0, 4, 0x80, 0, 0, 0), [FlowControl] },
        { "push neither on nor off", Frame(RawHttp2.Settings, 0, 0, 0, 2, 0, 0, 0, 2), [Protocol] },
        { "frame size too small", Frame(RawHttp2.Settings, 0, 0, 0, 5, 0, 0, 0, 1), [Protocol] },
        { "ping of a wrong size", Frame(Ping, 0, 0, new byte[7]), [FrameSize] },
        { "ping on a stream", Frame(Ping, 0, 1, new byte[8]), [Protocol] },
        { "continuation of nothing", Frame(Continuation, EndHeaders, 1), [Protocol] },
        { "data between headers and their continuation", [.. Frame(Headers, EndStream, 1, Block((":method", "GET"))), .. Frame(Data, 0, 1, 1)], [Protocol] },
        { "push promise from a client", Frame(PushPromise, EndHeaders, 1, 0, 0, 0, 2), [Protocol] },
        { "padding longer than the frame", Frame(Data, 8, 1, 9, 1), [Protocol] },
        // The server beneath calls it an internal error; the connection ends all the same.
        { "a header index that is none", Frame(Headers, EndHeaders | EndStream, 1, 0x80), [Compression, Internal] },
        { "a header block that ends in the middle", Frame(Headers, EndHeaders | EndStream, 1, 0, 10, 97), [Compression] },
        { "a header table larger than allowed", Frame(Headers, EndHeaders | EndStream, 1, 0x3f, 0xff, 0xff, 0xff, 0x07), [Compression] },
        { "upper case in a header's name", Request(1, (":method", "GET"), (":scheme", "https"), (":authority", "a"), (":path", "/"), ("Upper", "1")), [Protocol] },
        { "a header of the connection", Request(1, (":method", "GET"), (":scheme", "https"), (":authority", "a"), (":path", "/"), ("connection", "close")), [Protocol] },
        { "a pseudo header after others", Request(1, ("a", "b"), (":method", "GET"), (":scheme", "https"), (":authority", "a"), (":path", "/")), [Protocol] },
        { "a pseudo header that is none", Request(1, (":method", "GET"), (":scheme", "https"), (":authority", "a"), (":path", "/"), (":sparkling", "1")), [Protocol] },
        { "a pseudo header twice", Request(1, (":method", "GET"), (":method", "GET"), (":scheme", "https"), (":authority", "a"), (":path", "/")), [Protocol] },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task Is_answered_by_its_error(string name, byte[] bytes, int[] errors)
    {
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 ssl http2", Hold);

        int answered = await FirstError(edge, bytes);

        Assert.True(errors.Contains(answered), $"{name}: error {answered}");
        await IsServed(edge);
    }

    [Fact]
    public async Task Rapid_resets_end_the_connection()
    {
        // Requests that outlive their reset, as those do that wait for an upstream: otherwise it depends on the machine whether they pile up.
        var release = new TaskCompletionSource();
        await using TestEdge edge = await TestEdge.StartAsync("127.0.0.1:0 ssl http2", (_, _) => release.Task);
        await using RawClient attacker = await edge.ConnectTlsAsync("a", SslApplicationProtocol.Http2);
        byte[] resets = [.. Enumerable.Range(0, ResetsAtOnce).SelectMany(i => (byte[])[.. Get(2 * i + 1, "/", "https"), .. Frame(Reset, 0, 2 * i + 1, 0, 0, 0, 8)])];

        Task flood = attacker.SendAsync([.. Preface, .. resets]);
        await attacker.ReadToEndAsync();
        await flood.ContinueWith(_ => { }, TaskScheduler.Default); // Cut off in the middle, most likely.

        release.SetResult();
        await TestEdge.UntilAsync(() => edge.Server.OpenConnections == 0);
        await IsServed(edge);
    }

    /// <summary>A request without end, so that its stream stays open.</summary>
    private static byte[] Open(int stream) =>
        Frame(Headers, EndHeaders, stream, Block((":method", "POST"), (":scheme", "https"), (":authority", "a"), (":path", "/")));

    private static async Task Hold(HttpContext http, Mesh.Edge.Guard.GuardedTarget target)
    {
        while ((await http.Request.BodyReader.ReadAsync(http.RequestAborted)) is { IsCompleted: false } read)
        {
            http.Request.BodyReader.AdvanceTo(read.Buffer.End);
        }
    }

    private static async Task<int> FirstError(TestEdge edge, byte[] bytes)
    {
        await using RawClient client = await edge.ConnectTlsAsync("a", SslApplicationProtocol.Http2);

        // What concerns a stream alone leaves the connection open: going away ends it when all has been read.
        await client.SendAsync([.. Preface, .. bytes, .. Frame(GoAway, 0, 0, new byte[8])]);
        return Errors(await client.ReadToEndAsync()).FirstOrDefault(error => error != 0);
    }

    /// <summary>Codes of GOAWAY and RST_STREAM, in their order.</summary>
    private static IEnumerable<int> Errors(string received)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(received);
        for (int at = 0; at + 9 <= bytes.Length;)
        {
            int length = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
            int code = bytes[at + 3] switch { Reset => at + 9, GoAway => at + 13, _ => -1 };
            if (code >= 0 && code + 4 <= bytes.Length)
            {
                yield return BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(code));
            }

            at += 9 + length;
        }
    }

    private static async Task IsServed(TestEdge edge)
    {
        using HttpClient other = edge.Http(System.Net.HttpVersion.Version20, "https");
        using HttpResponseMessage answer = await other.GetAsync("/");
        Assert.True(answer.IsSuccessStatusCode);
    }
}
