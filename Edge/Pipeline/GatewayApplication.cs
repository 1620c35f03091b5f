using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Edge.Pipeline;

/// <summary>
/// The application that the server runs: the request pipeline and nothing else. The framework's own hosting layer (a log
/// scope, an activity and metrics per request) is left out.
/// </summary>
internal sealed class GatewayApplication(RequestPipeline pipeline) : IHttpApplication<RequestContext>
{
    public RequestContext CreateContext(IFeatureCollection contextFeatures)
    {
        if (contextFeatures is not IHostContextContainer<RequestContext> container)
        {
            return Initialize(new RequestContext(), contextFeatures);
        }

        return Initialize(container.HostContext ??= new RequestContext(), contextFeatures);
    }

    public Task ProcessRequestAsync(RequestContext context) => pipeline.Run(context);

    // Now, not with the next request: a connection may be idle for long, and would keep an old snapshot.
    public void DisposeContext(RequestContext context, Exception? exception) => context.EndExchange();

    private static RequestContext Initialize(RequestContext context, IFeatureCollection features)
    {
        context.Http.Initialize(features);
        return context;
    }
}
