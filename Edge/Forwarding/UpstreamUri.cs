namespace Mesh.Edge.Forwarding;

/// <summary>
/// The address of one try. What stands in it goes on the wire as it is: no unescaping, no dot segments removed. It carries
/// its try to the connector, which sees nothing but the request message; a message's option bag would cost a dictionary
/// per request.
/// </summary>
internal sealed class UpstreamUri(string address, Attempt attempt)
    : Uri(address, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true })
{
    public Attempt Attempt { get; } = attempt;
}
