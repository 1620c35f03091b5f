namespace Mesh.Grains.Workspaces.Indexes;

/// <summary>An entity under one of its tags.</summary>
internal readonly record struct TagKey(string Tag, Guid Id) : IComparable<TagKey>
{
    public int CompareTo(TagKey other)
    {
        var order = string.CompareOrdinal(Tag, other.Tag);
        return order != 0 ? order : Id.CompareTo(other.Id);
    }
}
