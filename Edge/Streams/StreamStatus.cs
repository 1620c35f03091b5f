namespace Mesh.Edge.Streams;

/// <summary>How a stream ended, in the numbers of nginx's <c>$status</c>, which Kong logs.</summary>
internal static class StreamStatus
{
    public const int Ok = 200;

    /// <summary>What the client sent could not be read.</summary>
    public const int BadRequest = 400;

    public const int Forbidden = 403;

    /// <summary>No route, or a plugin that cannot be run.</summary>
    public const int InternalError = 500;

    /// <summary>No target could be reached.</summary>
    public const int BadGateway = 502;

    /// <summary>No target to try, or no room.</summary>
    public const int Unavailable = 503;
}
