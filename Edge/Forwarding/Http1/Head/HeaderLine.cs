namespace Mesh.Edge.Forwarding.Http1.Head;

/// <summary>One header line, read.</summary>
internal readonly record struct HeaderLine(string Name, string Value, HeaderRole Role);
