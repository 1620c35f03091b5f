using Mesh.Silo.Admin;

namespace Mesh.Silo.Tests.Admin;

public class AdminPathTests
{
    [Theory]
    [InlineData("/", "")]
    [InlineData("/?x=/y", "")]
    [InlineData("/routes", "routes")]
    [InlineData("/routes/?size=1", "routes")]
    [InlineData("/routes/a%2Fb", "routes|a/b")]
    [InlineData("/routes/a%252Fb", "routes|a%2Fb")]
    [InlineData("/routes/%zz", "routes|%zz")]
    [InlineData("/routes/caf%C3%A9", "routes|café")]
    [InlineData("/services/../routes", "services|..|routes")]
    [InlineData("http://127.0.0.1:8001/routes?a=b", "routes")]
    [InlineData("http://127.0.0.1:8001", "")]
    [InlineData("*", "")]
    public void Segments_are_decoded_exactly_once(string target, string segments) =>
        Assert.Equal(segments, string.Join('|', AdminPath.Split(target)!));

    [Theory]
    [InlineData("//routes")]
    [InlineData("/routes//a")]
    [InlineData("/a/b/c/d/e/f/g/h/i")]
    [InlineData("routes")]
    public void What_no_resource_can_have_is_no_path(string target) => Assert.Null(AdminPath.Split(target));
}
