using System.Text.RegularExpressions;

namespace Mesh.Abstractions.Tests.House;

/// <summary>docs/ARCHITECTURE.md names only types and files that exist: every name in code quotes is looked up.</summary>
public partial class ArchitecturePageTests
{
    [Fact]
    public void Every_type_and_file_that_the_page_names_exists()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "ARCHITECTURE.md"));
        string[] names = [.. CodeQuote().Matches(page).Select(match => match.Groups[1].Value).Distinct()];
        HashSet<string> types =
        [
            .. Repository.Sources("Abstractions", "Grains", "Edge", "Silo")
                .SelectMany(file => TypeDeclaration().Matches(File.ReadAllText(file)))
                .Select(match => match.Groups[1].Value),
        ];
        Assert.True(names.Count(IsType) > 20, "the page names hardly any types");
        Assert.Equal([], names.Where(name => IsType(name) && !types.Contains(name.Split('.')[0])).ToArray());
        Assert.Equal([], names.Where(IsPath).Where(name => !File.Exists(Path.Combine(Repository.Root, name)) && !Directory.Exists(Path.Combine(Repository.Root, name))).ToArray());
    }

    private static bool IsType(string name) => TypeName().IsMatch(name);

    private static bool IsPath(string name) => name.Contains('/', StringComparison.Ordinal) && name[0] != '/' && !name.Contains(' ', StringComparison.Ordinal) && !name.Contains('{', StringComparison.Ordinal);

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex CodeQuote();

    [GeneratedRegex("^I?[A-Z][a-z][A-Za-z]+(\\.[A-Z][A-Za-z]+)?$")]
    private static partial Regex TypeName();

    [GeneratedRegex("\\b(?:class|record|struct|interface|enum|delegate [\\w<>]+)\\s+(?:struct\\s+)?(\\w+)")]
    private static partial Regex TypeDeclaration();
}
