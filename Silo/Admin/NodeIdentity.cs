namespace Mesh.Silo.Admin;

/// <param name="Id">New with each start.</param>
/// <param name="Version">Mesh's own version, such as <c>0.1.0</c>.</param>
internal sealed record NodeIdentity(Guid Id, string HostName, string Version, DateTimeOffset StartedAt);
