using System.Net;
using System.Net.NetworkInformation;

namespace Mesh.Edge.Sync;

/// <summary>The addresses of this machine by which others may know it.</summary>
internal static class MachineAddresses
{
    /// <summary>Containers on a host make many networks; nobody writes rules for more.</summary>
    public const int MaxAddresses = 16;

    public static string[] Read()
    {
        try
        {
            return
            [
                .. NetworkInterface.GetAllNetworkInterfaces()
                    .Where(network => network.OperationalStatus == OperationalStatus.Up)
                    .SelectMany(network => network.GetIPProperties().UnicastAddresses)
                    .Select(unicast => unicast.Address)
                    .Where(address => !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal)
                    .Select(address => address.ToString())
                    .Distinct()
                    .Take(MaxAddresses),
            ];
        }
        catch (NetworkInformationException)
        {
            // A sandbox may hide them: the edge serves without telling any.
            return [];
        }
    }
}
