namespace Mesh.Edge.Configuration;

/// <summary>The one mutable reference of the data plane.</summary>
internal sealed class CurrentSnapshot(EdgeSnapshot initial)
{
    private EdgeSnapshot current = initial;

    public EdgeSnapshot Value => Volatile.Read(ref current);

    public void Publish(EdgeSnapshot next) => Volatile.Write(ref current, next);
}
