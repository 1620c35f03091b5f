namespace Mesh.Grains.Workspaces;

/// <summary>The log in the store no longer continues what this activation has in memory.</summary>
internal sealed class LogReplacedException : Exception;
