using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Plugins;

/// <summary>Chooses the chain of the request's protocol, where plugins are limited to some.</summary>
/// <param name="chains">For http, https, grpc and grpcs, in this order.</param>
internal sealed class ProtocolStep(RequestStep[] chains)
{
    public ValueTask Run(Exchange exchange) => RequestProtocol.Of(exchange) switch
    {
        RequestProtocols.Http => chains[0](exchange),
        RequestProtocols.Https => chains[1](exchange),
        RequestProtocols.Grpc => chains[2](exchange),
        _ => chains[3](exchange),
    };
}
