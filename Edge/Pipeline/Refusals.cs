using Mesh.Edge.Configuration;
using Mesh.Edge.Guard;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Pipeline;

/// <summary>What requests are refused with between guard and route.</summary>
internal static class Refusals
{
    /// <summary>The path has no reading that is sure to be the upstream's too.</summary>
    public static GuardVerdict BadPath { get; } = new(StatusCodes.Status400BadRequest, "Bad request");

    /// <summary>The connection was made to a server name whose clients are asked for other certificates (RFC 9110, section 15.5.20).</summary>
    public static GuardVerdict Misdirected { get; } = new(StatusCodes.Status421MisdirectedRequest, "Misdirected Request");

    private static readonly GuardVerdict NoRoute = new(StatusCodes.Status404NotFound, "no Route matched with those values");
    private static readonly GuardVerdict NoConfiguration = new(StatusCodes.Status503ServiceUnavailable, "no configuration available");

    public static GuardVerdict OfNoMatch(EdgeSnapshot snapshot) => snapshot.IsConfigured ? NoRoute : NoConfiguration;
}
