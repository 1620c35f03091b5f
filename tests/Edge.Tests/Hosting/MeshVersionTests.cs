using Mesh.Edge.Hosting;

namespace Mesh.Edge.Tests.Hosting;

public sealed class MeshVersionTests
{
    [Fact]
    public void The_start_line_names_version_and_runtime() =>
        Assert.Matches(@"^mesh-edge \d+\.\d+\.\d+\S* on \.NET 10\.", MeshVersion.StartLine("mesh-edge"));

    [Theory]
    [InlineData("10.0.12", true)]
    [InlineData("10.0.13", false)]
    [InlineData("10.0.14", false)]
    [InlineData("11.0.0", false)]
    public void A_runtime_with_known_holes_is_warned_of(string runtime, bool warned) =>
        Assert.Equal(warned, MeshVersion.RuntimeWarning(Version.Parse(runtime)) is not null);
}
