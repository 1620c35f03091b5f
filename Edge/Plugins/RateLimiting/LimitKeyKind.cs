namespace Mesh.Edge.Plugins.RateLimiting;

internal enum LimitKeyKind
{
    Entity,
    Address,
    Text,
}
