using Microsoft.Extensions.Primitives;

namespace Mesh.Edge.Forwarding.Http1.Head;

/// <summary>Headers straight onto the wire.</summary>
internal readonly struct WireHeaders(RequestHead head) : IUpstreamHeaders
{
    public bool Http2 => false;

    public void Add(string name, string value) => head.Add(name, value);

    public void Add(string name, in StringValues values)
    {
        foreach (string? value in values)
        {
            head.Add(name, value ?? "");
        }
    }
}
