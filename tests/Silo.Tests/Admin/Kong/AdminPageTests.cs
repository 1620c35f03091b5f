using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Mesh.Silo.Tests.Admin.Kong;

/// <summary>docs/admin-api.md and docs/access.md: what they tell a reader to type works.</summary>
[Collection<AdminCollection>]
public partial class AdminPageTests(AdminFixture admin)
{
    [Theory]
    [InlineData("admin-api.md", 15)]
    [InlineData("access.md", 5)]
    public async Task Every_curl_of_the_page_succeeds(string name, int fewest)
    {
        string page = await File.ReadAllTextAsync(Path.Combine(Root(), "docs", name));
        string[] lines = [.. Blocks().Matches(page).SelectMany(block => block.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))];
        Assert.True(lines.Length >= fewest && lines.All(line => line.StartsWith("curl ", StringComparison.Ordinal)), name);
        foreach (string line in lines)
        {
            string command = line.Replace("localhost:8001", admin.Address, StringComparison.Ordinal).Replace("curl ", "curl --fail-with-body --show-error ", StringComparison.Ordinal);
            using Process shell = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            string output = await shell.StandardOutput.ReadToEndAsync() + await shell.StandardError.ReadToEndAsync();
            await shell.WaitForExitAsync();
            Assert.True(shell.ExitCode == 0, $"{line}: {output}");
        }
    }

    [GeneratedRegex("^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();

    private static string Root()
    {
        DirectoryInfo directory = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Mesh.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("not inside the repository");
        }

        return directory.FullName;
    }
}
