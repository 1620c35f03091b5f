using Microsoft.Extensions.Primitives;

namespace Mesh.Edge.Forwarding;

/// <summary>Where a request's headers for the upstream are written to.</summary>
internal interface IUpstreamHeaders
{
    /// <summary>HTTP/2: <c>TE: trailers</c> may be said.</summary>
    bool Http2 { get; }

    void Add(string name, string value);

    /// <summary>As many lines as there are values.</summary>
    void Add(string name, in StringValues values);
}
