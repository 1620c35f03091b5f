namespace Mesh.Edge.Pipeline;

/// <summary>One step of the request pipeline; a plugin wraps the next. Completed synchronously where nothing waits.</summary>
internal delegate ValueTask RequestStep(Exchange exchange);
