namespace Mesh.Edge.Explain;

/// <param name="ServerName">Asked for and, with <paramref name="Verify"/>, verified.</param>
/// <param name="ClientCertificate">Id of the certificate that is presented.</param>
/// <param name="CaCertificates">Ids of the authorities that are believed; empty for the system's.</param>
internal sealed record ExplainedUpstreamTls(string ServerName, bool Verify, Guid? ClientCertificate, IReadOnlyList<Guid> CaCertificates);
