namespace Mesh.Edge.Pipeline;

/// <summary>Ports as clients know them: <c>port_maps</c> read from the inside.</summary>
internal sealed class OutsidePorts
{
    private readonly Dictionary<int, int> outside = [];

    /// <param name="maps">Outside port → listen port.</param>
    public OutsidePorts(IReadOnlyDictionary<int, int> maps)
    {
        foreach ((int external, int listen) in maps)
        {
            outside.TryAdd(listen, external);
        }
    }

    public int Of(int listenPort) => outside.GetValueOrDefault(listenPort, listenPort);
}
