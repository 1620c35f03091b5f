using System.Net;
using Orleans.Runtime;

namespace Mesh.Silo.Admin.Node;

/// <summary><c>/gateways</c>: where edges reach the live silos, so that they need no access to the store.</summary>
internal static class GatewaysEndpoint
{
    public static AdminResource Resource { get; } = new() { Get = Read };

    private static async Task<AdminAnswer> Read(AdminContext context)
    {
        MembershipEntry[] silos = await context.Grains.GetGrain<IManagementGrain>(0).GetDetailedHosts(onlyActive: true);
        return AdminAnswer.Object(StatusCodes.Status200OK, json =>
        {
            json.WriteString("cluster_id", context.Services.Settings.Silo.ClusterId);
            json.WriteString("service_id", context.Services.Settings.Silo.ServiceId);
            json.WriteStartArray("gateways");
            foreach (MembershipEntry silo in silos.Where(silo => silo.ProxyPort > 0))
            {
                json.WriteStringValue(new IPEndPoint(silo.SiloAddress.Endpoint.Address, silo.ProxyPort).ToString());
            }

            json.WriteEndArray();
        });
    }
}
