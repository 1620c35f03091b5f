using Mesh.Abstractions.Entities;
using Mesh.Edge.Routing;

namespace Mesh.Edge.Tests.Routing;

public class UpstreamPathTests
{
    [Theory]
    // service path, route path, request, expected: one slash between the two, the request's last slash kept
    [InlineData(null, "/route", "/route", "/")]
    [InlineData("/", "/route", "/route/", "/")]
    [InlineData("/", "/route", "/route/req", "/req")]
    [InlineData("/", "/route", "/routereq", "/req")]
    [InlineData("/", "/route/", "/route/req", "/req")]
    [InlineData("/srv", "/route", "/route", "/srv")]
    [InlineData("/srv", "/route", "/route/", "/srv/")]
    [InlineData("/srv", "/route", "/route/req", "/srv/req")]
    [InlineData("/srv", "/route", "/routereq", "/srv/req")]
    [InlineData("/srv", "/route/", "/route/", "/srv/")]
    [InlineData("/srv", "/", "/", "/srv")]
    [InlineData("/srv", "/", "/req/", "/srv/req/")]
    [InlineData("/srv/", "/route", "/route", "/srv")]
    [InlineData("/srv/", "/route", "/route/", "/srv/")]
    [InlineData("/srv/", "/route", "/route/req", "/srv/req")]
    [InlineData("/srv/", "/route", "/routereq", "/srv/req")]
    // what is left of a segment must not become a dot segment
    [InlineData("/srv", "/route", "/route.", "/srv")]
    [InlineData("/srv", "/route", "/route..", "/srv")]
    [InlineData("/srv", "/route", "/route./req", "/srv/req")]
    [InlineData("/srv", "/route", "/route../req", "/srv/req")]
    [InlineData("/srv", "/route", "/route.../req", "/srv/.../req")]
    public void V0_joins_service_path_and_the_rest_of_a_stripped_path(string? service, string route, string request, string expected) =>
        Assert.Equal(expected, UpstreamPath.Join(Route("v0", true), service, request, Matched(route)));

    [Theory]
    [InlineData(null, "/route", "/route")]
    [InlineData("/", "/", "/")]
    [InlineData("/srv", "/", "/srv")]
    [InlineData("/srv", "/req", "/srv/req")]
    [InlineData("/srv", "/req/", "/srv/req/")]
    [InlineData("/srv/", "/", "/srv/")]
    [InlineData("/srv/", "/req", "/srv/req")]
    public void V0_keeps_the_whole_path_of_a_route_that_does_not_strip(string? service, string request, string expected) =>
        Assert.Equal(expected, UpstreamPath.Join(Route("v0", false), service, request, Matched(request)));

    [Theory]
    [InlineData("/srv", "/route", "/route", true, "/srv")]
    [InlineData("/srv", "/route", "/route/req", true, "/srv/req")]
    [InlineData("/srv", "/route", "/routereq", true, "/srvreq")]
    [InlineData("/srv/", "/route", "/route/req", true, "/srv/req")]
    [InlineData("/srv/", "/route", "/routereq", true, "/srv/req")]
    [InlineData("/srv/", "/route", "/route", true, "/srv/")]
    [InlineData("/srv", "/req", "/req", false, "/srvreq")]
    [InlineData("/srv/", "/req", "/req", false, "/srv/req")]
    [InlineData("/", "/req", "/req", false, "/req")]
    public void V1_concatenates(string service, string route, string request, bool strip, string expected) =>
        Assert.Equal(expected, UpstreamPath.Join(Route("v1", strip), service, request, Matched(route)));

    [Theory]
    [InlineData("/srv", "/", "/srv")]
    [InlineData("/srv", "/req/", "/srv/req/")]
    [InlineData("/", "/req", "/req")]
    public void A_route_without_paths_has_nothing_to_strip(string service, string request, string expected) =>
        Assert.Equal(expected, UpstreamPath.Join(Route("v0", true), service, request, Matched("")));

    [Fact]
    public void A_regex_strips_what_it_matched()
    {
        Route route = Route("v0", true) with { Paths = ["~/users/(?<id>[0-9]+)"] };
        Assert.True(Tables.Of(route).TryMatch(Tables.Get("/users/42/posts"), out RouteMatch match));
        Assert.Equal("/srv/posts", UpstreamPath.Join(route, "/srv", "/users/42/posts", match));
        Assert.Equal("42", match.Captures!.Groups["id"].Value);
    }

    [Fact]
    public void The_result_is_encoded_for_the_wire() =>
        Assert.Equal("/a%20b/c%2Fd/%C3%A9", UpstreamPath.Join(Route("v0", false), "/a%20b", "/c%2Fd/é", Matched("/c")));

    private static Route Route(string handling, bool strip) => new() { Id = Guid.NewGuid(), PathHandling = handling, StripPath = strip };

    private static RouteMatch Matched(string path) => new(Route("v0", true), path.Length, null);
}
