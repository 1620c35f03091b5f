namespace Mesh.Abstractions.Entities;

/// <summary>
/// Gives one object for equal ones as long as they recur: a table in which the newest of a slot displaces what was there. Takes
/// no lock; two threads at one slot only share less.
/// </summary>
internal sealed class LastSeen<T>(IEqualityComparer<T> comparer)
    where T : class
{
    private const int Slots = 4096;
    private readonly T?[] slots = new T?[Slots];

    public T Share(T value)
    {
        ref T? slot = ref slots[(uint)comparer.GetHashCode(value) % Slots];
        T? known = Volatile.Read(ref slot);
        if (known is not null && comparer.Equals(known, value))
        {
            return known;
        }

        Volatile.Write(ref slot, value);
        return value;
    }
}
