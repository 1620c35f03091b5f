namespace Mesh.Abstractions.Configuration;

/// <summary>One refused mutation, in the form of Kong's error bodies (<c>code</c>, <c>name</c>, <c>message</c>, <c>fields</c>).</summary>
/// <param name="Mutation">Index of the mutation in the request; -1 when the request as a whole is at fault.</param>
/// <param name="Place">Copied from the mutation.</param>
/// <param name="Fields">JSON, UTF-8: Kong's <c>fields</c> tree; null where Kong sends none.</param>
[GenerateSerializer, Immutable, Alias("mesh.entity-problem")]
public sealed record EntityProblem(int Mutation, string? Place, ProblemCode Code, string Message, byte[]? Fields);
