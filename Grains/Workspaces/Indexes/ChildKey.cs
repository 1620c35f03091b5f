namespace Mesh.Grains.Workspaces.Indexes;

/// <summary>An entity under the one that it refers to; children of one parent stand together, in the order of their ids.</summary>
internal readonly record struct ChildKey(Guid Parent, Guid Child) : IComparable<ChildKey>
{
    public int CompareTo(ChildKey other)
    {
        var order = Parent.CompareTo(other.Parent);
        return order != 0 ? order : Child.CompareTo(other.Child);
    }
}
