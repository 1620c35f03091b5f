namespace Mesh.Edge.Collections;

/// <summary>Goes down a <see cref="PrefixTree{T}"/> along a text and stops at every value on the way. Allocates nothing.</summary>
internal ref struct PrefixWalk<T>
    where T : class
{
    private ReadOnlySpan<char> rest;
    private PrefixTree<T>? next;

    internal PrefixWalk(PrefixTree<T>? tree, ReadOnlySpan<char> text)
    {
        next = tree;
        rest = text;
        Current = null!;
    }

    public T Current { get; private set; }

    public readonly PrefixWalk<T> GetEnumerator() => this;

    public bool MoveNext()
    {
        while (next is { } node && rest.StartsWith(node.Label, StringComparison.Ordinal))
        {
            rest = rest[node.Label.Length..];
            next = rest.IsEmpty ? null : node.Child(rest[0]);
            if (node.Value is { } value)
            {
                Current = value;
                return true;
            }
        }

        return false;
    }
}
