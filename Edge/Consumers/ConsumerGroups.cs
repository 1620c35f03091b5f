using System.Collections.Immutable;

namespace Mesh.Edge.Consumers;

/// <summary>The acl groups of one consumer.</summary>
internal sealed class ConsumerGroups
{
    public static ConsumerGroups None { get; } = new(ImmutableHashSet.Create<string>(StringComparer.Ordinal));

    private ConsumerGroups(ImmutableHashSet<string> names)
    {
        Names = names;
        Text = string.Join(", ", names.Order(StringComparer.Ordinal));
    }

    public ImmutableHashSet<string> Names { get; }

    /// <summary>All of them, as they stand in <c>X-Consumer-Groups</c>.</summary>
    public string Text { get; }

    public ConsumerGroups Add(string group) => new(Names.Add(group));

    public ConsumerGroups Remove(string group) => new(Names.Remove(group));
}
