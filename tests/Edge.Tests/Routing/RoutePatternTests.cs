using System.Text.RegularExpressions;
using Mesh.Edge.Routing;

namespace Mesh.Edge.Tests.Routing;

public class RoutePatternTests
{
    [Theory]
    [InlineData("/a/b", "/a/b")]
    [InlineData("/v1\\.0/x", "/v1.0/x")]
    [InlineData("/ab*c", "/a")]
    [InlineData("/ab?c", "/a")]
    [InlineData("/ab{0,2}c", "/a")]
    [InlineData("/ab+c", "/ab")]
    [InlineData("/a(b|c)", "/a")]
    [InlineData("/a|/b", "")]
    [InlineData("/a[|]b", "/a")]
    [InlineData("/a\\|b", "/a|b")]
    [InlineData("/a\\d", "/a")]
    [InlineData("(?i)/a", "")]
    public void What_a_match_must_start_with_is_read_from_the_pattern(string pattern, string prefix) =>
        Assert.Equal(prefix, RoutePattern.ForPath(pattern).LiteralPrefix);

    [Theory]
    [InlineData("/users/(?<id>\\d+)/posts$", true)]
    [InlineData("/a/[^/]+/b/[^/]+/c", true)]
    [InlineData("/files/(.*)", true)]
    [InlineData("/a(/.*)?$", true)]
    [InlineData("/(a|b)/c", true)]
    [InlineData("/(a+)+$", false)] // a loop in a loop
    [InlineData("/.*a.*b", false)] // two loops that take the same
    [InlineData("/\\w+x\\w+", false)] // the first takes its delimiter
    [InlineData("/[0-9]+[a-z]+$", false)] // no single delimiter
    [InlineData("/a?a?a?a?a?a?a?aaaaaaa", false)] // too many choices
    [InlineData("/(a|b){9}", false)]
    [InlineData("/a|/b", false)] // not anchored
    [InlineData("(?i)/a", false)]
    public void Only_a_pattern_that_is_linear_for_certain_goes_to_the_backtracking_engine(string pattern, bool linear)
    {
        RoutePattern compiled = RoutePattern.ForPath(pattern);
        Assert.Null(compiled.Compile());
        Assert.Equal(linear, !compiled.Regex.Options.HasFlag(RegexOptions.NonBacktracking));
    }

    [Fact]
    public void Patterns_that_are_the_same_share_one_matcher()
    {
        RoutePattern one = RoutePattern.ForPath("/shared/[0-9]+");
        RoutePattern other = RoutePattern.ForPath("/shared/[0-9]+");
        Assert.Null(one.Compile() ?? other.Compile());
        Assert.Same(one.Regex, other.Regex);
    }

    [Fact]
    public void A_pattern_that_is_too_long_is_refused() =>
        Assert.NotNull(RoutePattern.ForPath("/" + new string('a', RoutePattern.MaxLength)).Compile());
}
