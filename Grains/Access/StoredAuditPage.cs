using Mesh.Abstractions.Access;

namespace Mesh.Grains.Access;

/// <param name="Page">Counts from 0 and never begins anew; its slot in the store does.</param>
internal sealed record StoredAuditPage(long Page, AuditRecord[] Records);
