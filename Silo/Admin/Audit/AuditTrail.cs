using Mesh.Abstractions.Access;
using Mesh.Abstractions.Grains;
using Mesh.Silo.Admin.Access;

namespace Mesh.Silo.Admin.Audit;

/// <summary>Tells the audit what happened at this Admin API. A record that cannot be kept is logged instead; no answer fails for it.</summary>
internal sealed class AuditTrail(IGrainFactory grains, TimeProvider time, ILogger log)
{
    private const int MaxMethodLength = 16;

    public Task Denied(AdminPeer peer, Caller? caller, string method, FoundResource? found, int status, string reason) =>
        Append(new AuditRecord(0, time.GetUtcNow(), Denied: true, caller?.Name, caller?.Role, peer.ToString(), caller?.Credential, Short(method), found?.Template, status, null, reason));

    public Task Written(Caller caller, string method, FoundResource found, AdminAnswer answer) =>
        Append(new AuditRecord(0, time.GetUtcNow(), Denied: false, caller.Name, caller.Role, caller.Peer.ToString(), caller.Credential, Short(method), found.Template, answer.Status, answer.Revision, null));

    private static string Short(string method) => method.Length <= MaxMethodLength ? method : method[..MaxMethodLength];

    private async Task Append(AuditRecord record)
    {
        try
        {
            await grains.GetGrain<IAuditGrain>(IAuditGrain.Key).Append(record);
        }
        catch (Exception failure)
        {
            log.LogWarning(
                "The audit cannot be kept ({Reason}): {Name} {Credential} from {Address}: {Method} {Path} {Status}",
                failure.Message, record.Name, record.Credential, record.Address, record.Method, record.Path, record.Status);
        }
    }
}
