using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Tests.Hosting;

/// <summary>A real HTTP server that answers with its name, or holds its answer back.</summary>
internal sealed class TestUpstream : IAsyncDisposable
{
    private readonly WebApplication server;

    private TestUpstream(WebApplication server) => this.server = server;

    public int Port => new Uri(server.Urls.Single()).Port;

    /// <summary>Completes when a request to <c>…/held</c> has arrived.</summary>
    public TaskCompletionSource Arrived { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets such requests go.</summary>
    public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<TestUpstream> Start(string name)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var upstream = new TestUpstream(builder.Build());
        upstream.server.Run(async http =>
        {
            if (http.Request.Path.Value!.EndsWith("/held", StringComparison.Ordinal))
            {
                upstream.Arrived.TrySetResult();
                await upstream.Release.Task;
            }

            await http.Response.WriteAsync(name);
        });
        await upstream.server.StartAsync(TestContext.Current.CancellationToken);
        return upstream;
    }

    public async ValueTask DisposeAsync()
    {
        Release.TrySetResult();
        await server.DisposeAsync();
    }
}
