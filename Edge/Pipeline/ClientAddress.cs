using System.Net;
using Mesh.Edge.Routing;
using Mesh.Edge.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Mesh.Edge.Pipeline;

/// <summary>
/// Who the client is, as nginx's realip module decides for Kong: the peer itself, or, when the peer is trusted, who the
/// configured header names.
/// </summary>
internal sealed class ClientAddress(EdgeSettings settings)
{
    /// <summary>Addresses of one header that are looked at, from the right.</summary>
    private const int MaxHops = 64;

    /// <summary>The PROXY header has said who the peer is; no request's header is read, whatever its name.</summary>
    private readonly bool fromConnection = settings.RealIpHeader.Equals("proxy_protocol", StringComparison.OrdinalIgnoreCase);

    public void Resolve(Exchange exchange)
    {
        IPAddress peer = exchange.PeerAddress;
        exchange.ClientAddress = peer;
        exchange.PeerTrusted = IsTrusted(peer);
        if (!exchange.PeerTrusted)
        {
            return;
        }

        IHeaderDictionary headers = exchange.Http.Request.Headers;
        exchange.ClientAddress = (fromConnection ? null : Named(headers[settings.RealIpHeader])) ?? peer;
        exchange.ClientScheme = headers["X-Forwarded-Proto"].ToString() switch
        {
            var proto when proto.Equals("https", StringComparison.OrdinalIgnoreCase) => "https",
            var proto when proto.Equals("http", StringComparison.OrdinalIgnoreCase) => "http",
            _ => exchange.ClientScheme,
        };
    }

    /// <summary>The last address of the header; recursively, the last that is not a trusted proxy.</summary>
    private IPAddress? Named(StringValues header)
    {
        if (header.Count == 0)
        {
            return null;
        }

        IPAddress? found = null;
        ReadOnlySpan<char> rest = header.ToString();
        for (int hop = 0; hop < MaxHops && rest.Length > 0; hop++)
        {
            int comma = rest.LastIndexOf(',');
            ReadOnlySpan<char> text = rest[(comma + 1)..].Trim();
            rest = comma < 0 ? [] : rest[..comma];
            if (!TryRead(text, out IPAddress? address))
            {
                return found;
            }

            found = address;
            if (!settings.RealIpRecursive || !IsTrusted(address))
            {
                return found;
            }
        }

        return found;
    }

    private bool IsTrusted(IPAddress address)
    {
        foreach (IPNetwork network in settings.TrustedIps)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>With or without a port.</summary>
    private static bool TryRead(ReadOnlySpan<char> text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        if (!IPAddress.TryParse(text, out IPAddress? read))
        {
            if (!IPEndPoint.TryParse(text, out IPEndPoint? endPoint))
            {
                return false;
            }

            read = endPoint.Address;
        }

        address = AddressBits.Plain(read);
        return true;
    }
}
