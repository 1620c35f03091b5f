using System.Text;
using CsCheck;
using Mesh.Abstractions.Configuration;
using Mesh.Grains.Search;
using Mesh.Grains.Tests.Workspaces;

namespace Mesh.Grains.Tests.Search;

public sealed class SearchIndexTests
{
    private const int Ids = 700;

    private static readonly string[] Kinds = [EntityKinds.Services, EntityKinds.Consumers];

    private static readonly Gen<(string Kind, int Id, string? Text)> Change = Gen.Select(
        Gen.OneOf(Kinds), Gen.Int[0, Ids], Gen.Frequency<string?>((5, Gen.String[Gen.OneOf('a', 'B', 'ß', 'i', 'İ', '-', '.'), 1, 6].Select(text => (string?)text)), (1, Gen.Bool.Select(_ => (string?)null))));

    [Fact]
    public void Finds_what_a_look_at_every_entity_finds_in_pages_of_any_size() =>
        Gen.Select(Change.Array[0, 3000], Gen.OneOf("a", "B", "ab", "Ba-", "ß", "x", "00000100-0000", "00000100"), Gen.Int[1, 40]).Sample(
            (changes, text, size) =>
            {
                var index = new SearchIndex(TestWorkspace.Schemas);
                var model = new Dictionary<(string, Guid), string>();
                for (int i = 0; i < changes.Length; i++)
                {
                    (string kind, int number, string? value) = changes[i];
                    Guid id = new(number, 0, 0, new byte[8]);
                    index.Apply(i + 1, [new EntityChange(kind, id, value is null ? null : Document(kind, id, value))]);
                    if (value is null)
                    {
                        model.Remove((kind, id));
                    }
                    else
                    {
                        model[(kind, id)] = value;
                    }
                }

                var expected = model
                    .Where(entity => entity.Value.Contains(text, StringComparison.OrdinalIgnoreCase) || (text.Length >= 8 && entity.Key.Item2.ToString().StartsWith(text, StringComparison.Ordinal)))
                    .Select(entity => entity.Key);
                var found = new List<(string, Guid)>();
                for (SearchPlace? after = null; ;)
                {
                    SearchPage page = index.Find(new SearchQuery(text, null, after, size));
                    Assert.Equal(changes.Length, page.Revision);
                    Assert.True(page.Hits.Length <= size);
                    Assert.All(page.Hits, hit => Assert.NotEmpty(hit.Matched));
                    found.AddRange(page.Hits.Select(hit => (hit.Kind, hit.Id)));
                    if ((after = page.Next) is null)
                    {
                        break;
                    }

                    Assert.Equal(size, page.Hits.Length);
                }

                Assert.Equal(expected.OrderBy(key => Array.IndexOf(["consumers", "services"], key.Item1)).ThenBy(key => key.Item2), found);
            },
            iter: 60);

    private static byte[] Document(string kind, Guid id, string text) => Encoding.UTF8.GetBytes(kind == EntityKinds.Services
        ? $$"""{"id":"{{id}}","name":"{{text}}","host":null,"protocol":"http"}"""
        : $$"""{"id":"{{id}}","username":null,"custom_id":"{{text}}"}""");
}
