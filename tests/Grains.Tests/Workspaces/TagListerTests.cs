using System.Text.Json;
using CsCheck;
using Mesh.Abstractions.Configuration;

namespace Mesh.Grains.Tests.Workspaces;

public sealed class TagListerTests
{
    [Fact]
    public void Pages_of_any_size_hold_every_tag_of_every_entity_once() =>
        Gen.Select(EntityBodies.Workspace(40), Gen.Int[1, 7]).Sample(
            (workspace, size) =>
            {
                var rank = TestWorkspace.Schemas.All.Select((schema, at) => (schema.Kind, at)).ToDictionary();
                TagPlace[] expected =
                [
                    .. workspace.State.Capture()
                        .SelectMany(entity => Tags(entity).Select(tag => new TagPlace(entity.Kind, tag, entity.Id)))
                        .OrderBy(place => rank[place.Kind]).ThenBy(place => place.Tag, StringComparer.Ordinal).ThenBy(place => place.Id),
                ];
                Assert.Equal(expected, Read(workspace, null, size));
                foreach (var tag in expected.Select(place => place.Tag).Append("absent").Distinct())
                {
                    Assert.Equal(expected.Where(place => place.Tag == tag), Read(workspace, tag, size));
                }
            },
            iter: 30);

    private static List<TagPlace> Read(TestWorkspace workspace, string? tag, int size)
    {
        var all = new List<TagPlace>();
        TagPlace? after = null;
        do
        {
            var page = workspace.State.Tags(new TagQuery(tag, after, size));
            Assert.True(page.Places.Length <= size);
            all.AddRange(page.Places);
            after = page.Next;
        }
        while (after is not null);
        return all;
    }

    private static IEnumerable<string> Tags(EntityChange entity)
    {
        using var document = JsonDocument.Parse(entity.Document!);
        return document.RootElement.TryGetProperty("tags", out var tags) && tags.ValueKind == JsonValueKind.Array
            ? [.. tags.EnumerateArray().Select(tag => tag.GetString()!)]
            : [];
    }
}
