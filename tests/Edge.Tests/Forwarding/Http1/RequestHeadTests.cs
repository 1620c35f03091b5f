using System.Text;
using Mesh.Edge.Forwarding.Http1.Head;

namespace Mesh.Edge.Tests.Forwarding.Http1;

public sealed class RequestHeadTests
{
    private readonly RequestHead head = new();

    [Fact]
    public void Writes_what_it_is_told_byte_for_byte()
    {
        head.Begin("GET", "/a%20b", "?c=\u00e9");
        head.Add("Host", "a.test");
        head.Add("X-Bytes", "\u00e9\u00ff");
        head.Add("X-Empty", "");
        head.End();

        Assert.Equal("GET /a%20b?c=\u00e9 HTTP/1.1\r\nHost: a.test\r\nX-Bytes: \u00e9\u00ff\r\nX-Empty: \r\n\r\n", Encoding.Latin1.GetString(head.Bytes.Span));
    }

    [Theory]
    [InlineData("X-Evil", "a\r\nX-More: b")]
    [InlineData("X-Evil", "a\nb")]
    [InlineData("X-Evil", "a\0b")]
    [InlineData("X-Evil\r\nX-More", "a")]
    [InlineData("X Evil", "a")]
    [InlineData("X:Evil", "a")]
    [InlineData("", "a")]
    public void Leaves_out_a_line_that_would_be_read_as_another(string name, string value)
    {
        head.Begin("GET", "/", "");
        head.Add(name, value);
        head.End();

        Assert.Equal("GET / HTTP/1.1\r\n\r\n", Encoding.Latin1.GetString(head.Bytes.Span));
    }

    [Theory]
    [InlineData("GET", "/ HTTP/1.1\r\nX: y", "")]
    [InlineData("GET /", "/", "")]
    [InlineData("", "/", "")]
    [InlineData("GET", "/", "?a b")]
    [InlineData("GET", "/\u007f", "")]
    public void Refuses_a_request_line_that_would_be_two_or_another(string method, string path, string query) =>
        Assert.Throws<InvalidOperationException>(() => head.Begin(method, path, query));

    [Fact]
    public void Grows_as_long_as_it_must_and_shrinks_again()
    {
        for (int round = 0; round < 3; round++)
        {
            string value = new('x', 100_000);
            head.Begin("GET", "/", "");
            head.Add("X-Long", value);
            head.End();
            Assert.Equal($"GET / HTTP/1.1\r\nX-Long: {value}\r\n\r\n", Encoding.Latin1.GetString(head.Bytes.Span));
            head.Shrink();
        }
    }
}
