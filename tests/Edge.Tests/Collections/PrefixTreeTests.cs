using CsCheck;
using Mesh.Edge.Collections;

namespace Mesh.Edge.Tests.Collections;

public class PrefixTreeTests
{
    private static readonly Gen<string> Text = Gen.Char["ab/"].Array[0, 6].Select(chars => new string(chars));

    [Fact]
    public void A_tree_finds_every_key_that_is_a_prefix_of_the_text_shortest_first() =>
        Gen.Select(Gen.Select(Text, Gen.Frequency((2, Gen.Const(true)), (1, Gen.Const(false)))).Array[0, 40], Text.Array[1, 10]).Sample((changes, texts) =>
        {
            PrefixTree<string>? tree = null;
            SortedDictionary<string, string> model = new(StringComparer.Ordinal);
            foreach ((string key, bool put) in changes)
            {
                PrefixTree<string>? before = tree;
                string[] held = [.. model.Keys];
                tree = PrefixTree<string>.Change(tree, key, put, (_, there) => there ? key : null);
                if (put)
                {
                    model[key] = key;
                }
                else
                {
                    model.Remove(key);
                }

                Assert.All(held, old => Assert.Equal(old, PrefixTree<string>.Find(before, old)));
            }

            Assert.Equal(model.Count == 0, tree is null);
            foreach (string text in texts)
            {
                List<string> found = [];
                foreach (string value in PrefixTree<string>.Walk(tree, text))
                {
                    found.Add(value);
                }

                Assert.Equal(model.Keys.Where(key => text.StartsWith(key, StringComparison.Ordinal)), found);
                Assert.Equal(model.GetValueOrDefault(text), PrefixTree<string>.Find(tree, text));
            }
        });

    [Fact]
    public void A_change_that_changes_nothing_gives_the_same_tree()
    {
        PrefixTree<string>? tree = PrefixTree<string>.Change(null, "/abc", 0, (_, _) => "x");
        foreach (string absent in new[] { "", "/a", "/abd", "/abc/d" })
        {
            Assert.Same(tree, PrefixTree<string>.Change(tree, absent, 0, (value, _) => value));
        }
    }
}
