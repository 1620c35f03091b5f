using System.Net;

namespace Mesh.Silo.Firewall;

/// <summary>A place that Mesh connects to.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Reason">Which service or part wants it.</param>
internal sealed record Exit(string Host, int Port, bool Udp, string Reason)
{
    public string Protocol => Udp ? "udp" : "tcp";

    /// <summary>Null when <see cref="Host"/> is a name, which packet filters cannot match.</summary>
    public IPAddress? Address => IPAddress.TryParse(Host, out IPAddress? address) ? address : null;
}
