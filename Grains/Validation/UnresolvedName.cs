namespace Mesh.Grains.Validation;

/// <summary>A reference by name that leads nowhere.</summary>
/// <param name="Field">Foreign field, such as <c>service</c>.</param>
/// <param name="Key">What it was named by, such as <c>name</c>.</param>
internal sealed record UnresolvedName(string Field, string Kind, string Key, string Value);
