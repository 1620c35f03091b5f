namespace Mesh.Edge.Collections;

/// <summary>
/// A node, and with its descendants an immutable compressed tree over strings that finds all keys which are a prefix of a
/// text. A change copies the nodes on its way down; everything else is shared. An empty tree is null.
/// </summary>
/// <remarks>
/// A label is a slice of a key that runs through the node, and it starts at the node's depth. So no label is ever
/// allocated, and a node and its only child can be joined by moving the start.
/// </remarks>
internal sealed class PrefixTree<T>
    where T : class
{
    private readonly string source;
    private readonly int start;
    private readonly int length;
    private readonly char[] heads;
    private readonly PrefixTree<T>[] children;
    private readonly T? value;

    private PrefixTree(string source, int start, int length, char[] heads, PrefixTree<T>[] children, T? value)
    {
        this.source = source;
        this.start = start;
        this.length = length;
        this.heads = heads;
        this.children = children;
        this.value = value;
    }

    internal ReadOnlySpan<char> Label => source.AsSpan(start, length);

    internal T? Value => value;

    /// <summary>The values of all keys that are a prefix of <paramref name="text"/>, shortest first.</summary>
    public static PrefixWalk<T> Walk(PrefixTree<T>? tree, ReadOnlySpan<char> text) => new(tree, text);

    /// <summary>The value of exactly this key.</summary>
    public static T? Find(PrefixTree<T>? tree, ReadOnlySpan<char> key)
    {
        while (tree is not null && key.StartsWith(tree.Label, StringComparison.Ordinal))
        {
            key = key[tree.length..];
            if (key.IsEmpty)
            {
                return tree.value;
            }

            tree = tree.Child(key[0]);
        }

        return null;
    }

    /// <summary>The tree with the value of a key replaced by what <paramref name="change"/> makes of it; null means no value.</summary>
    public static PrefixTree<T>? Change<TState>(PrefixTree<T>? tree, string key, TState state, Func<T?, TState, T?> change) =>
        Change(tree, key, 0, state, change);

    internal PrefixTree<T>? Child(char head)
    {
        int index = heads.AsSpan().IndexOf(head);
        return index < 0 ? null : children[index];
    }

    private static PrefixTree<T>? Change<TState>(PrefixTree<T>? node, string key, int at, TState state, Func<T?, TState, T?> change)
    {
        if (node is null)
        {
            return change(null, state) is { } only ? Leaf(key, at, only) : null;
        }

        int common = key.AsSpan(at).CommonPrefixLength(node.Label);
        if (common < node.length)
        {
            return change(null, state) is { } added ? node.Split(common, key, at + common, added) : node;
        }

        at += common;
        if (at == key.Length)
        {
            T? changed = change(node.value, state);
            return ReferenceEquals(changed, node.value) ? node : node.With(node.heads, node.children, changed);
        }

        int index = node.heads.AsSpan().IndexOf(key[at]);
        if (index < 0)
        {
            return change(null, state) is { } added
                ? node.With([.. node.heads, key[at]], [.. node.children, Leaf(key, at, added)], node.value)
                : node;
        }

        PrefixTree<T>? child = Change(node.children[index], key, at, state, change);
        if (ReferenceEquals(child, node.children[index]))
        {
            return node;
        }

        return child is null
            ? node.With(Without(node.heads, index), Without(node.children, index), node.value)
            : node.With(node.heads, Replaced(node.children, index, child), node.value);
    }

    private static PrefixTree<T> Leaf(string key, int at, T value) => new(key, at, key.Length - at, [], [], value);

    /// <summary>The node with other content, or what remains of it when it no longer earns its place.</summary>
    private PrefixTree<T>? With(char[] heads, PrefixTree<T>[] children, T? value) => (value, children.Length) switch
    {
        (null, 0) => null,
        (null, 1) => children[0].WithStart(start),
        _ => new PrefixTree<T>(source, start, length, heads, children, value),
    };

    private PrefixTree<T> WithStart(int start) => new(source, start, this.start + length - start, heads, children, value);

    /// <summary>The node cut after <paramref name="common"/> characters of its label, where <paramref name="key"/> leaves it or ends.</summary>
    private PrefixTree<T> Split(int common, string key, int at, T added)
    {
        PrefixTree<T> lower = WithStart(start + common);
        if (at == key.Length)
        {
            return new PrefixTree<T>(source, start, common, [lower.Label[0]], [lower], added);
        }

        return new PrefixTree<T>(source, start, common, [lower.Label[0], key[at]], [lower, Leaf(key, at, added)], null);
    }

    private static TItem[] Without<TItem>(TItem[] items, int index) => [.. items.AsSpan(0, index), .. items.AsSpan(index + 1)];

    private static PrefixTree<T>[] Replaced(PrefixTree<T>[] items, int index, PrefixTree<T> item)
    {
        var copy = (PrefixTree<T>[])items.Clone();
        copy[index] = item;
        return copy;
    }
}
