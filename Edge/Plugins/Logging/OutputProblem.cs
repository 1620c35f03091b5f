namespace Mesh.Edge.Plugins.Logging;

/// <summary>Why a log plugin's records are not written.</summary>
/// <param name="Plugin">The plugin entity that wrote last.</param>
internal readonly record struct OutputProblem(Guid Plugin, string Reason);
