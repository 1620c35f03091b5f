namespace Mesh.Edge.Pipeline;

/// <summary>Why a matched route does not serve a request after all.</summary>
/// <param name="Status">Of the answer; for a gRPC client 200 with <paramref name="GrpcStatus"/>.</param>
/// <param name="Message">Of the answer; null for a redirect.</param>
/// <param name="Upgrade">Protocols to change to.</param>
/// <param name="Location">Where the redirect leads.</param>
/// <param name="GrpcStatus">Status for a gRPC client; null for an HTTP answer.</param>
internal sealed record ProtocolRefusal(int Status, string? Message, string? Upgrade = null, string? Location = null, int? GrpcStatus = null);
