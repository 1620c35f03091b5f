using CsCheck;
using Mesh.Edge.Routing;

namespace Mesh.Edge.Tests.Routing;

public class PathNormalizerTests
{
    [Theory]
    [InlineData("", "/")]
    [InlineData("/", "/")]
    [InlineData("/a/b", "/a/b")]
    [InlineData("/%61%2D%7E", "/a-~")] // unreserved: decoded
    [InlineData("/a%2fb%3f%23%25", "/a%2Fb%3F%23%25")] // reserved: kept, hex in upper case
    [InlineData("/%21%2A%27%28%29%3B%3A%40%26%3D%2B%24%2C%5B%5D", "/%21%2A%27%28%29%3B%3A%40%26%3D%2B%24%2C%5B%5D")]
    [InlineData("/a%20b%5Cc%22", "/a b\\c\"")] // all others: decoded, encoded again on the wire
    [InlineData("/%C3%A9", "/é")]
    [InlineData("/%f0%9f%98%80", "/😀")]
    [InlineData("/%ff%C3/%e2%82", "/%FF%C3/%E2%82")] // not UTF-8: kept
    [InlineData("/a//b///c", "/a/b/c")]
    [InlineData("//", "/")]
    [InlineData("/./a/./b/.", "/a/b/")]
    [InlineData("/a/b/../c", "/a/c")]
    [InlineData("/a/b/..", "/a/")]
    [InlineData("/a/../../..", "/")]
    [InlineData("/../a", "/a")]
    [InlineData("/a//../b", "/b")] // slashes are merged before the dot segment counts
    [InlineData("/a/%2e%2E/b", "/b")]
    [InlineData("/a/%2e/b", "/a/b")]
    [InlineData("/a/..;x/b", "/a/..;x/b")] // not a dot segment
    [InlineData("/a..b/.c/...", "/a..b/.c/...")]
    [InlineData("/a/..%2Fb", "/a/..%2Fb")]
    [InlineData("/%2541", "/%2541")] // nothing is decoded twice
    public void A_path_is_normalized_as_Kong_does(string raw, string expected)
    {
        Assert.True(PathNormalizer.TryNormalize(raw, out string path));
        Assert.Equal(expected, path);
    }

    [Theory]
    [InlineData("/%")]
    [InlineData("/%4")]
    [InlineData("/%zz")]
    [InlineData("/%4%31")]
    [InlineData("/%+1")]
    [InlineData("/a%00b")]
    [InlineData("/a\0b")]
    [InlineData("/a#b")]
    [InlineData("*")]
    [InlineData("a/b")]
    public void A_path_that_two_readers_could_take_differently_is_refused(string raw) => Assert.False(PathNormalizer.TryNormalize(raw, out _));

    [Fact]
    public void A_lone_surrogate_has_no_bytes_to_send() => Assert.False(PathNormalizer.TryNormalize("/\ud800", out _));

    [Theory]
    [InlineData("/a", "/a", "")]
    [InlineData("/a?", "/a", "?")]
    [InlineData("/a//b?x=/../y?z=%zz", "/a/b", "?x=/../y?z=%zz")]
    [InlineData("?x", "/", "?x")]
    public void A_query_is_cut_off_and_left_alone(string target, string expectedPath, string expectedQuery)
    {
        Assert.True(PathNormalizer.TrySplit(target, out string path, out string query));
        Assert.Equal((expectedPath, expectedQuery), (path, query));
    }

    [Theory]
    [InlineData("/!#$&'()*+,/:;=?@[]-_.~%2F09azAZ", "/!#$&'()*+,/:;=?@[]-_.~%2F09azAZ")]
    [InlineData("/a b\"<>\\^`{|}\u0001\u007F", "/a%20b%22%3C%3E%5C%5E%60%7B%7C%7D%01%7F")]
    [InlineData("/é😀", "/%C3%A9%F0%9F%98%80")]
    public void A_path_is_encoded_for_the_wire_outside_of_Kongs_list(string path, string expected) => Assert.Equal(expected, PathEncoder.Encode(path));

    [Fact]
    public void The_path_on_the_wire_is_read_as_the_path_that_was_matched_and_nothing_ever_throws() =>
        Gen.OneOf("/", "//", ".", "..", "a", "%2e", "%2F", "%2f", "%5C", "%20", "%41", "%25", "%C3", "%A9", "%c3%a9", "%E2%82", "%F0%9F%98%80", "%", "%4", "é", "😀", ";", "?", "+", "\\", "%7f", "%00", "\ud83d")
            .Array[0, 12].Select(parts => "/" + string.Concat(parts)).Sample(
            raw =>
            {
                if (!PathNormalizer.TryNormalize(raw, out string path))
                {
                    return;
                }

                string wire = PathEncoder.Encode(path);
                Assert.True(PathNormalizer.TryNormalize(path, out string again) && again == path, path);
                Assert.True(PathNormalizer.TryNormalize(wire, out string received) && received == path, wire);
                Assert.DoesNotContain(path.Split('/')[1..^1], segment => segment is "" or "." or "..");
                Assert.False(path.Split('/')[^1] is "." or "..");
            },
            iter: 50_000);

    [Theory]
    [InlineData("/api/items/42")]
    [InlineData("/static/app.min.js")]
    [InlineData("/a%2Fb/c")]
    public void A_path_that_is_normal_already_is_returned_without_allocation(string raw)
    {
        Assert.True(PathNormalizer.TryNormalize(raw, out string path));
        PathEncoder.Encode(path);
        long before = GC.GetAllocatedBytesForCurrentThread();
        PathNormalizer.TryNormalize(raw, out path);
        PathEncoder.Encode(path);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Same(raw, path);
    }
}
