using Mesh.Edge.Forwarding;
using Microsoft.Extensions.Primitives;

namespace Mesh.Edge.Explain;

/// <summary>Headers for an upstream, written down instead of sent.</summary>
internal readonly struct ListedHeaders(List<KeyValuePair<string, StringValues>> list, bool http2) : IUpstreamHeaders
{
    public bool Http2 => http2;

    public void Add(string name, string value) => list.Add(new(name, value));

    public void Add(string name, in StringValues values) => list.Add(new(name, values));
}
