namespace Mesh.Edge.Routing;

/// <summary>One stage of <see cref="PathNormalizer"/> that changed a path.</summary>
/// <param name="Step"><c>escapes</c> or <c>segments</c>.</param>
/// <param name="Path">The path after it.</param>
internal sealed record NormalizationStep(string Step, string What, string Path);
