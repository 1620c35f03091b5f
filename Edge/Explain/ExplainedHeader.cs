namespace Mesh.Edge.Explain;

/// <param name="SetBy"><c>client</c> or <c>mesh</c>.</param>
internal sealed record ExplainedHeader(string Name, string Value, string SetBy);
