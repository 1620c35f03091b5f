using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Edge.Guard;

/// <summary>Tells the inspector that the connection leaves HTTP at the moment it does.</summary>
internal sealed class InspectedUpgrade(IHttpUpgradeFeature inner, Http1Inspector inspector) : IHttpUpgradeFeature
{
    public bool IsUpgradableRequest => inner.IsUpgradableRequest;

    public Task<Stream> UpgradeAsync()
    {
        inspector.BecomeOpaque();
        return inner.UpgradeAsync();
    }
}
