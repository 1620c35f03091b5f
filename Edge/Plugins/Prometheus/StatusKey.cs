namespace Mesh.Edge.Plugins.Prometheus;

/// <param name="FromUpstream">Else Mesh or a plugin answered.</param>
internal readonly record struct StatusKey(int Code, bool FromUpstream);
