using System.Net;
using System.Security.Cryptography;
using System.Text;
using Mesh.Edge.Settings;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Status;

/// <summary>Who may read what the status listener tells beyond whether this edge serves, which probes of any origin may ask.</summary>
internal sealed class StatusAccess(EdgeSettings settings)
{
    private const string Scheme = "Bearer ";

    private readonly byte[]? token = settings.StatusToken is { } text ? Digest(text) : null;

    public bool Allows(HttpContext context) => IsAllowed(context.Connection.RemoteIpAddress) || Carries(context.Request);

    /// <summary>A unix socket has no address; its file says who may.</summary>
    private bool IsAllowed(IPAddress? peer)
    {
        if (peer is null)
        {
            return true;
        }

        IPAddress address = peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer;
        return settings.StatusAllow.Any(network => network.Contains(address));
    }

    private bool Carries(HttpRequest request)
    {
        string? header = request.Headers.Authorization;
        return token is not null
            && header?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true
            && CryptographicOperations.FixedTimeEquals(Digest(header[Scheme.Length..].Trim()), token);
    }

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
