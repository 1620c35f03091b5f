using Mesh.Edge.Hosting;
using Mesh.Edge.Settings;

namespace Mesh.Edge.Tests.Hosting;

public sealed class EdgeArgumentsTests
{
    [Fact]
    public void Options_are_read_in_both_forms_with_or_without_the_verb()
    {
        foreach (string[] verb in new string[][] { [], ["start"] })
        {
            (Dictionary<string, string> given, string? problem) = EdgeArguments.Parse([.. verb, "--region", "north", "--proxy-listen=127.0.0.1:1 backlog=5"]);
            Assert.Null(problem);
            Assert.Equal(new Dictionary<string, string> { ["MESH_REGION"] = "north", ["MESH_PROXY_LISTEN"] = "127.0.0.1:1 backlog=5" }, given);
        }
    }

    [Theory]
    [InlineData("--no-such", "--no-such")]
    [InlineData("stray", "stray")]
    [InlineData("--region", "needs a value")]
    public void What_is_wrong_is_named(string argument, string named) =>
        Assert.Contains(named, EdgeArguments.Parse([argument]).Problem, StringComparison.Ordinal);

    [Fact]
    public void The_help_lists_every_setting() =>
        Assert.All(EdgeSettingsList.All, setting => Assert.Contains(setting.Option, EdgeArguments.Help(), StringComparison.Ordinal));

    [Fact]
    public void Cluster_files_belong_together_and_must_be_readable()
    {
        Assert.Equal((null, null), ClusterTransport.Of(new EdgeSettings()));
        Assert.Contains("belong together", ClusterTransport.Of(new EdgeSettings { ClusterCaFile = "/ca" }).Problem, StringComparison.Ordinal);
        string? problem = ClusterTransport.Of(new EdgeSettings { ClusterCaFile = "/no/ca", ClusterCertificateFile = "/no/c", ClusterKeyFile = "/no/k" }).Problem;
        Assert.Contains("/no/ca", problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem!);
    }
}
