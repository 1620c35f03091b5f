using System.Text;
using Mesh.Edge.Forwarding.Http1.Head;

namespace Mesh.Edge.Tests.Forwarding.Http1;

public sealed class ResponseHeadTests
{
    private readonly ResponseHead head = new();

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", false, "Counted", true)]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 5\n\n", false, "Counted", true)]
    [InlineData("HTTP/1.1 200\r\nContent-Length: 5\r\n\r\n", false, "Counted", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", false, "Counted", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false, "None", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", true, "None", true)]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", false, "None", true)]
    [InlineData("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", false, "None", true)]
    [InlineData("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", false, "None", true)]
    [InlineData("HTTP/1.1 103 Early Hints\r\n\r\n", false, "None", true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n", false, "Chunked", true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", false, "Chunked", false)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", false, "ToEnd", true)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\n", false, "Counted", false)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 5\r\n\r\n", false, "Counted", false)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", false, "Counted", false)]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\n", false, "Counted", true)]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n", false, "Chunked", false)]
    public void Finds_where_the_body_ends_and_whether_the_connection_stays(string text, bool toHead, string body, bool keeps)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text + "hello");

        Assert.Equal(HeadReading.Complete, head.Read(bytes, toHead, out int length));

        Assert.Equal((text.Length, body, keeps), (length, head.Body.ToString(), head.KeepsConnection));
    }

    [Theory]
    [InlineData("garbage\r\n\r\n")]
    [InlineData("HTTP/2 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.2 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 20 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 2000\r\n\r\n")]
    [InlineData("HTTP/1.1 099 No\r\n\r\n")]
    [InlineData("HTTP/1.1  200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 O\u0001K\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nNo colon\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n: no name\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nName : blank\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n")]
    public void Refuses_what_another_reader_could_read_differently(string text) =>
        Assert.Equal(HeadReading.Invalid, head.Read(Encoding.Latin1.GetBytes(text), toHead: false, out _));

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found\r\nA: 1\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("HTTP/1.1 404 Not Found\nA: 1\nContent-Length: 5\n\n")]
    [InlineData("HTTP/1.1 404 Not Found\nA: 1\nContent-Length: 5\n\r\n")]
    public void Is_complete_with_the_last_byte_however_it_is_split(string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(HeadReading.Incomplete, head.Read(bytes.AsSpan(0, length), toHead: false, out _));
        }

        Assert.Equal(HeadReading.Complete, head.Read(bytes, toHead: false, out int whole));
        Assert.Equal((bytes.Length, 404, 5L), (whole, head.Status, head.ContentLength));
    }

    [Fact]
    public void Reads_each_head_anew_though_it_remembers_lines()
    {
        Assert.Equal(["Server=a", "X-One=1"], Plain("HTTP/1.1 200 OK\r\nServer: a\r\nX-One: 1\r\nContent-Length: 5\r\n\r\n"));
        Assert.Equal(["Server=a", "X-One=2"], Plain("HTTP/1.1 200 OK\r\nServer: a\r\nX-One: 2\r\nContent-Length: 6\r\n\r\n"));
        Assert.Equal(6, head.ContentLength);
        Assert.Equal(["X-One=1"], Plain("HTTP/1.1 200 OK\r\nX-One: 1\r\n\r\n"));
        Assert.Null(head.ContentLength);
        Assert.Equal(BodyLength.ToEnd, head.Body);
    }

    [Fact]
    public void Tells_a_reason_only_when_it_is_not_the_usual_one()
    {
        Plain("HTTP/1.1 200 OK\r\n\r\n");
        Assert.Null(head.Reason);
        Plain("HTTP/1.1 200 Fine\r\n\r\n");
        Assert.Equal("Fine", head.Reason);
    }

    [Fact]
    public void Lists_what_the_connection_header_nominates()
    {
        Plain("HTTP/1.1 200 OK\r\nConnection: X-One, keep-alive\r\nConnection: x-two\r\n\r\n");

        Assert.Equal(["X-One", "x-two"], head.Nominated);
    }

    private string[] Plain(string text)
    {
        head.Reset();
        Assert.Equal(HeadReading.Complete, head.Read(Encoding.Latin1.GetBytes(text), toHead: false, out _));
        return [.. head.Lines.ToArray().Where(line => line.Role == HeaderRole.Plain).Select(line => $"{line.Name}={line.Value}")];
    }
}
