using System.Text;
using Mesh.Edge.Forwarding.Http1;
using Mesh.Edge.Forwarding.Http1.Head;

namespace Mesh.Edge.Tests.Forwarding.Http1;

public sealed class BodyFramingTests
{
    [Theory]
    [InlineData("Content-Length: 5", "hello", "hello", "")]
    [InlineData("Transfer-Encoding: chunked", "3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n", "hello", "")]
    [InlineData("Transfer-Encoding: chunked", "5\r\nhello\r\n0\r\nX-Sum: 1\r\nX-End: 2\r\n\r\n", "hello", "X-Sum: 1\r\nX-End: 2\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked", "0\r\n\r\n", "", "")]
    public void Finds_the_same_body_however_it_is_split(string header, string wire, string body, string trailers)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(wire);
        for (int size = 1; size <= bytes.Length; size++)
        {
            BodyFraming framing = Framing(header);
            var got = new StringBuilder();
            for (int at = 0; at < bytes.Length; at += size)
            {
                ReadOnlySpan<byte> rest = bytes.AsSpan(at, Math.Min(size, bytes.Length - at));
                while (!rest.IsEmpty)
                {
                    Assert.False(framing.Complete);
                    Assert.True(framing.TryTake(rest, out int taken, out Range data));
                    got.Append(Encoding.Latin1.GetString(rest[data]));
                    rest = rest[taken..];
                }
            }

            Assert.True(framing.Complete);
            Assert.Equal(body, got.ToString());
            Assert.Equal(trailers.Length == 0 ? "" : trailers, trailers.Length == 0 ? "" : Encoding.Latin1.GetString(framing.Trailers));
        }
    }

    [Theory]
    [InlineData("x\r\n")]
    [InlineData("\r\n")]
    [InlineData("3\nabc")]
    [InlineData("3\r\nabcd")]
    [InlineData("-1\r\n")]
    [InlineData("0x3\r\nabc")]
    [InlineData("fffffffffffffffff\r\n")]
    [InlineData("1\r\na\r\n0\r\nX: \u0001\r\n\r\n")]
    public void Refuses_broken_chunks(string wire)
    {
        BodyFraming framing = Framing("Transfer-Encoding: chunked");
        ReadOnlySpan<byte> rest = Encoding.Latin1.GetBytes(wire);
        bool good = true;
        while (good && !rest.IsEmpty && !framing.Complete)
        {
            good = framing.TryTake(rest, out int taken, out _);
            rest = rest[taken..];
        }

        Assert.False(good);
    }

    [Fact]
    public void Leaves_what_follows_the_body()
    {
        BodyFraming framing = Framing("Content-Length: 5");

        Assert.True(framing.TryTake("hello world"u8, out int taken, out _));

        Assert.Equal(5, taken);
        Assert.True(framing.Complete);
    }

    private static BodyFraming Framing(string header)
    {
        var head = new ResponseHead();
        Assert.Equal(HeadReading.Complete, head.Read(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\n{header}\r\n\r\n"), toHead: false, out _));
        return new BodyFraming(head);
    }
}
