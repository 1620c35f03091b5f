using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Settings;
using Mesh.Edge.Tests.Pipeline;

namespace Mesh.Edge.Tests.Forwarding;

/// <summary>Tests that hold whichever way requests take: over connections of our own, or through the library's client.</summary>
public abstract class BothWays(bool own)
{
    protected bool Own => own;

    private protected Task<TestGateway> InFrontOfAsync(
        int port, Func<Service, Service>? service = null, Func<Route, Route>? route = null, EdgeSettings? settings = null, TimeProvider? time = null) =>
        TestGateway.InFrontOfAsync(port, service, route, settings, time, own);

    private protected Task<TestGateway> StartAsync(params EntityChange[] entities) =>
        TestGateway.StartAsync(new EdgeSettings(), [], TimeProvider.System, own, entities);
}
