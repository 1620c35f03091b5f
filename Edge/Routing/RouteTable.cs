using Mesh.Edge.Configuration;

namespace Mesh.Edge.Routing;

/// <summary>The index of all http and grpc routes at one revision.</summary>
internal sealed class RouteTable
{
    public static RouteTable Empty { get; } = new();

    /// <summary>The table after a change; costs what changed. <paramref name="after"/> is the store with the change applied.</summary>
    public RouteTable Apply(ConfigChanges changes, EntityStore after) => throw new NotImplementedException();

    /// <summary>The route that Kong's traditional_compatible router would choose.</summary>
    public bool TryMatch(in RouteQuery query, out RouteMatch match) => throw new NotImplementedException();
}
