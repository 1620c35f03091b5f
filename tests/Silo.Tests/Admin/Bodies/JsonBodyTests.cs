using System.Text;
using Mesh.Silo.Admin.Bodies;

namespace Mesh.Silo.Tests.Admin.Bodies;

public class JsonBodyTests
{
    [Theory]
    [InlineData("{}", true)]
    [InlineData("""{"a":"\u00e9\ud83d\ude00"}""", true)]
    [InlineData("[]", false)]
    [InlineData("null", false)]
    [InlineData("", false)]
    [InlineData("{", false)]
    [InlineData("{} {}", false)]
    [InlineData("{\"a\":1,}", false)]
    [InlineData("{/*c*/}", false)]
    [InlineData("""{"a":1,"a":2}""", false)]
    [InlineData("""{"a":{"b":1,"\u0062":2}}""", false)]
    [InlineData("""{"a":"\ud800"}""", false)]
    [InlineData("""{"\udc00":1}""", false)]
    public void Only_one_whole_unambiguous_object_is_let_in(string json, bool good) =>
        Assert.Equal(good, JsonBody.IsObject(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused() => Assert.False(JsonBody.IsObject([.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8]));

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Depth_is_bounded(int depth, bool good)
    {
        string json = string.Concat(Enumerable.Repeat("{\"a\":", depth - 1)) + "{}" + new string('}', depth - 1);
        Assert.Equal(good, JsonBody.IsObject(Encoding.UTF8.GetBytes(json)));
    }
}
