using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Edge.Status;

/// <summary>An application whose requests are counted.</summary>
internal sealed class CountedApplication<TContext>(IHttpApplication<TContext> inner, RequestCounter counter) : IHttpApplication<TContext>
    where TContext : notnull
{
    public TContext CreateContext(IFeatureCollection contextFeatures)
    {
        counter.Begin();
        return inner.CreateContext(contextFeatures);
    }

    public Task ProcessRequestAsync(TContext context) => inner.ProcessRequestAsync(context);

    public void DisposeContext(TContext context, Exception? exception)
    {
        counter.End();
        inner.DisposeContext(context, exception);
    }
}
