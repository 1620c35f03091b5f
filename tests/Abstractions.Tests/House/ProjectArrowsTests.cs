using System.Xml.Linq;

namespace Mesh.Abstractions.Tests.House;

/// <summary>Abstractions ← Grains ← Silo, Abstractions ← Edge ← Silo, and nothing else.</summary>
public class ProjectArrowsTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Abstractions"] = [],
        ["Grains"] = ["Abstractions"],
        ["Edge"] = ["Abstractions"],
        ["Silo"] = ["Edge", "Grains"],
    };

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_only_to_those_it_may(string project) => Assert.Equal(Allowed[project], References(project));

    [Fact]
    public void An_edge_carries_no_store_client_and_no_silo()
    {
        string[] packages = Items("Edge", "PackageReference");
        Assert.DoesNotContain(packages, package => package.Contains("Redis", StringComparison.Ordinal));
        Assert.DoesNotContain("Microsoft.Orleans.Server", packages);
    }

    [Fact]
    public void The_top_level_holds_what_was_agreed_and_no_more()
    {
        string[] folders =
        [
            .. Directory.GetDirectories(Repository.Root)
                .Select(folder => Path.GetFileName(folder)!)
                .Where(name => name[0] != '.' && name is not ("bin" or "obj" or "publish"))
                .Order(StringComparer.Ordinal),
        ];
        Assert.Equal(["Abstractions", "Edge", "Grains", "Silo", "deploy", "docs", "tests"], folders);
    }

    private static string[] References(string project) =>
        [.. Items(project, "ProjectReference").Select(path => path.Split('/')[1]).Order(StringComparer.Ordinal)];

    private static string[] Items(string project, string name) =>
    [
        .. XDocument.Load(Path.Combine(Repository.Root, project, $"Mesh.{project}.csproj"))
            .Descendants(name)
            .Select(item => item.Attribute("Include")!.Value.Replace('\\', '/')),
    ];
}
