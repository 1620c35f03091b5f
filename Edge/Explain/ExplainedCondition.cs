namespace Mesh.Edge.Explain;

/// <summary>A condition of the winning route.</summary>
/// <param name="Attribute"><c>hosts</c>, <c>paths</c>, <c>methods</c>, <c>snis</c>, <c>sources</c>, <c>destinations</c> or <c>headers.name</c>.</param>
/// <param name="Condition">The entry that matched, or all of those that were asked for.</param>
/// <param name="Value">What the request has; null when the condition does not count (snis without TLS).</param>
internal sealed record ExplainedCondition(string Attribute, string Condition, string? Value);
