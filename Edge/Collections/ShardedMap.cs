using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Mesh.Edge.Collections;

/// <summary>
/// An immutable hash map for data that is read on every request and changed a little at a time: reading costs what a
/// <see cref="Dictionary{TKey,TValue}"/> costs, a change copies one shard (a thousandth of the entries) and the root array.
/// </summary>
internal sealed class ShardedMap<TKey, TValue>
    where TKey : notnull
{
    private const int ShardCount = 1024;
    private readonly Dictionary<TKey, TValue>?[] shards;
    private readonly IEqualityComparer<TKey> comparer;

    private ShardedMap(Dictionary<TKey, TValue>?[] shards, IEqualityComparer<TKey> comparer, int count)
    {
        this.shards = shards;
        this.comparer = comparer;
        Count = count;
    }

    public int Count { get; }

    public static ShardedMap<TKey, TValue> Create(IEqualityComparer<TKey>? comparer = null) =>
        new(new Dictionary<TKey, TValue>?[ShardCount], comparer ?? EqualityComparer<TKey>.Default, 0);

    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (shards[ShardOf(key, comparer)] is { } shard)
        {
            return shard.TryGetValue(key, out value);
        }

        value = default;
        return false;
    }

    public TValue? GetValueOrDefault(TKey key) => TryGetValue(key, out TValue? value) ? value : default;

    public bool ContainsKey(TKey key) => TryGetValue(key, out _);

    public IEnumerable<KeyValuePair<TKey, TValue>> Entries
    {
        get
        {
            foreach (Dictionary<TKey, TValue>? shard in shards)
            {
                if (shard is null)
                {
                    continue;
                }

                foreach (KeyValuePair<TKey, TValue> entry in shard)
                {
                    yield return entry;
                }
            }
        }
    }

    public IEnumerable<TValue> Values => Entries.Select(entry => entry.Value);

    public Builder ToBuilder() => new(this);

    private static int ShardOf(TKey key, IEqualityComparer<TKey> comparer)
    {
        // The shard dictionaries use the low bits of the same hash; the high bits, mixed, choose the shard.
        uint hash = (uint)comparer.GetHashCode(key) * 0x9E3779B1u;
        return (int)(hash >> 22);
    }

    /// <summary>Collects changes; each shard is copied at most once. What was built is never changed by a later one.</summary>
    public sealed class Builder
    {
        private readonly ShardedMap<TKey, TValue> origin;
        private readonly BitArray owned = new(ShardCount);
        private Dictionary<TKey, TValue>?[] shards;
        private bool ownsRoot;

        internal Builder(ShardedMap<TKey, TValue> origin)
        {
            this.origin = origin;
            shards = origin.shards;
            Count = origin.Count;
        }

        public int Count { get; private set; }

        public TValue this[TKey key]
        {
            set
            {
                Dictionary<TKey, TValue> shard = Own(ShardOf(key, origin.comparer));
                int before = shard.Count;
                shard[key] = value;
                Count += shard.Count - before;
            }
        }

        public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
        {
            if (shards[ShardOf(key, origin.comparer)] is { } shard)
            {
                return shard.TryGetValue(key, out value);
            }

            value = default;
            return false;
        }

        public bool Remove(TKey key)
        {
            int index = ShardOf(key, origin.comparer);
            if (shards[index] is not { } shard || !shard.ContainsKey(key))
            {
                return false;
            }

            Dictionary<TKey, TValue> left = Own(index);
            left.Remove(key);
            if (left.Count == 0)
            {
                shards[index] = null;
            }

            Count--;
            return true;
        }

        public ShardedMap<TKey, TValue> Build()
        {
            if (ReferenceEquals(shards, origin.shards))
            {
                return origin;
            }

            ownsRoot = false;
            owned.SetAll(false);
            return new ShardedMap<TKey, TValue>(shards, origin.comparer, Count);
        }

        private Dictionary<TKey, TValue> Own(int index)
        {
            if (!ownsRoot)
            {
                shards = (Dictionary<TKey, TValue>?[])shards.Clone();
                ownsRoot = true;
            }

            if (!owned[index] || shards[index] is null)
            {
                shards[index] = shards[index] is { } shared
                    ? new Dictionary<TKey, TValue>(shared, origin.comparer)
                    : new Dictionary<TKey, TValue>(origin.comparer);
                owned[index] = true;
            }

            return shards[index]!;
        }
    }
}
