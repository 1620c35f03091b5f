namespace Mesh.Silo.Tests.Cli;

[Collection<ConsoleCollection>]
public class MeshCommandTests
{
    [Fact]
    public async Task Version_names_version_and_runtime()
    {
        (int code, string output, _) = await CommandLine.Run("version");
        Assert.Equal(0, code);
        Assert.Matches(@"^mesh \d+\.\d+\.\d+\S* on \.NET 10\.", output);
    }

    [Fact]
    public async Task Check_says_that_good_settings_are_good()
    {
        (int code, string output, string errors) = await CommandLine.Run("check", "--region", "eu-west", "--admin-listen", "[::1]:8001");
        Assert.Equal((0, "The settings are good.", ""), (code, output.Trim(), errors));
    }

    [Theory]
    [InlineData("check")]
    [InlineData("start")]
    [InlineData("")]
    public async Task A_wrong_value_ends_with_one_line_and_code_1(string verb)
    {
        string[] line = [.. new[] { verb }.Where(word => word.Length > 0), "--proxy-listen", "127.0.0.1:8000 sparkling"];
        (int code, _, string errors) = await CommandLine.Run(line);
        Assert.Equal(1, code);
        string said = Assert.Single(errors.Trim().Split('\n'));
        Assert.StartsWith("mesh: MESH_PROXY_LISTEN", said, StringComparison.Ordinal);
        Assert.Contains("sparkling", said, StringComparison.Ordinal);
        Assert.Contains("command line", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_option_that_does_not_exist_is_refused()
    {
        (int code, _, string errors) = await CommandLine.Run("start", "--sparkling", "yes");
        Assert.NotEqual(0, code);
        Assert.Contains("--sparkling", errors, StringComparison.Ordinal);
    }
}
