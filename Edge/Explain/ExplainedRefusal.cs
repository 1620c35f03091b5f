namespace Mesh.Edge.Explain;

/// <summary>An answer of Mesh's own.</summary>
/// <param name="Stage"><c>server</c>, <c>guard</c>, <c>path</c>, <c>router</c>, <c>protocol</c>, <c>plugin</c> or <c>upstream</c>.</param>
/// <param name="Message">In the body of the answer; null for a redirect.</param>
/// <param name="Detail">More than the client is told.</param>
/// <param name="Location">Where a redirect leads.</param>
/// <param name="Upgrade">Protocols that the answer asks for.</param>
/// <param name="GrpcStatus">The status of a gRPC answer.</param>
internal sealed record ExplainedRefusal(
    string Stage, int Status, string? Message, string? Detail = null, string? Location = null, string? Upgrade = null, int? GrpcStatus = null);
