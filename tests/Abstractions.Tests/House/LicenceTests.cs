using System.Text.Json;
using System.Xml.Linq;

namespace Mesh.Abstractions.Tests.House;

/// <summary>Every package that a restore brings is under a licence that lets anyone use, change and sell what stands on it.</summary>
public class LicenceTests
{
    private static readonly HashSet<string> Permissive = new(StringComparer.OrdinalIgnoreCase)
    {
        "MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "ISC", "MS-PL", "PostgreSQL", "Unlicense", "CC0-1.0", "Zlib",
    };

    /// <summary>Packages whose metadata names a file or an old address instead of an SPDX id; each was read by a person.</summary>
    private static readonly Dictionary<string, string> Read = new(StringComparer.OrdinalIgnoreCase)
    {
        ["CommandLineParser"] = "MIT", // License.md in the package
        ["diskann-garnet"] = "MIT", // the sources of the project that it names, microsoft/DiskANN
        ["KeraLua"] = "MIT", // LICENSE in the package
        ["Microsoft.DotNet.PlatformAbstractions"] = "MIT", // LICENSE.TXT in the package
        ["System.Security.Cryptography.ProtectedData"] = "MIT", // LICENSE.TXT in the package
    };

    [Fact]
    public void Every_restored_package_has_a_permissive_licence()
    {
        List<string> refused = [];
        HashSet<string> packages = new(StringComparer.OrdinalIgnoreCase);
        foreach (string assets in Directory.EnumerateFiles(Repository.Root, "project.assets.json", SearchOption.AllDirectories))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(assets));
            string[] folders = [.. document.RootElement.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name)];
            foreach (JsonProperty library in document.RootElement.GetProperty("libraries").EnumerateObject())
            {
                if (library.Value.GetProperty("type").GetString() == "package" && packages.Add(library.Name))
                {
                    refused.AddRange(Refusal(library.Name, library.Value.GetProperty("path").GetString()!, folders));
                }
            }
        }

        Assert.True(packages.Count > 50, "the restore of the solution was not found");
        Assert.Empty(refused);
    }

    private static IEnumerable<string> Refusal(string package, string path, string[] folders)
    {
        string id = package.Split('/')[0];
        string nuspec = folders
            .Select(folder => Path.Combine(folder, path))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.nuspec"))
            .First();
        XElement metadata = XDocument.Load(nuspec).Root!.Elements().First(element => element.Name.LocalName == "metadata");
        XElement? licence = metadata.Elements().FirstOrDefault(element => element.Name.LocalName == "license");
        string? address = metadata.Elements().FirstOrDefault(element => element.Name.LocalName == "licenseUrl")?.Value;
        string found = licence is not null ? $"{licence.Attribute("type")?.Value} {licence.Value}" : $"url {address}";
        bool good = licence?.Attribute("type")?.Value == "expression"
            ? licence.Value.Split(" OR ").Any(option => option.Trim('(', ')').Split(" AND ").All(part => Permissive.Contains(part.Trim())))
            : Read.TryGetValue(id, out string? read) && Permissive.Contains(read);
        if (!good)
        {
            yield return $"{package}: {found}";
        }
    }
}
