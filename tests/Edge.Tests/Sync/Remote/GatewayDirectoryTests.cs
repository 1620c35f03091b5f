using Mesh.Edge.Sync.Remote;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mesh.Edge.Tests.Sync.Remote;

public sealed class GatewayDirectoryTests : IAsyncLifetime
{
    private const string Token = "an-edge-token";
    private readonly WebApplication admin;
    private Func<HttpContext, Task> answer = http => http.Response.WriteAsync("");

    public GatewayDirectoryTests()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        admin = builder.Build();
        admin.Run(http => answer(http));
    }

    public async ValueTask InitializeAsync() => await admin.StartAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync() => await admin.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/behind/a/path/")]
    public async Task The_list_is_read_with_the_token(string path)
    {
        string? asked = null;
        string? authorization = null;
        answer = http =>
        {
            asked = http.Request.Path;
            authorization = http.Request.Headers.Authorization;
            return http.Response.WriteAsync("""{"cluster_id":"c1","service_id":"s1","gateways":["10.0.0.1:30000","[::1]:30001"],"more":1}""");
        };
        GatewayList list = await Read(path);
        Assert.Equal(("c1", "s1"), (list.ClusterId, list.ServiceId));
        Assert.Equal(["10.0.0.1:30000", "[::1]:30001"], list.Gateways.Select(gateway => gateway.ToString()));
        Assert.Equal(path.TrimEnd('/') + "/gateways", asked);
        Assert.Equal("Bearer " + Token, authorization);
    }

    [Theory]
    [InlineData(401, "{}", "MESH_EDGE_TOKEN")]
    [InlineData(403, "{}", "MESH_EDGE_TOKEN")]
    [InlineData(404, "{}", "MESH_CONTROL_PLANE")]
    [InlineData(302, "{}", "MESH_CONTROL_PLANE")]
    [InlineData(200, "<html>", "list of gateways")]
    [InlineData(200, "", "list of gateways")]
    [InlineData(200, "null", "without cluster_id")]
    [InlineData(200, "{\"cluster_id\":\"c\",\"service_id\":\"s\"}", "without cluster_id")]
    [InlineData(200, "{\"cluster_id\":\"c\",\"service_id\":\"s\",\"gateways\":[\"name:1\"]}", "name:1")]
    [InlineData(200, "{\"cluster_id\":\"c\",\"service_id\":\"s\",\"gateways\":[\"10.0.0.1\"]}", "10.0.0.1")]
    [InlineData(200, "{\"cluster_id\":\"c\",\"service_id\":\"s\",\"gateways\":[]}", "no live gateway")]
    public async Task Whatever_else_it_answers_is_told_with_a_reason(int status, string body, string reason)
    {
        answer = http =>
        {
            http.Response.StatusCode = status;
            return http.Response.WriteAsync(body);
        };
        IOException failure = await Assert.ThrowsAsync<IOException>(() => Read(""));
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Token, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_end_is_cut_off()
    {
        byte[] chunk = new byte[64 * 1024];
        answer = async http =>
        {
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.Body.WriteAsync(chunk, http.RequestAborted);
            }
        };
        await Assert.ThrowsAsync<IOException>(() => Read(""));
    }

    [Fact]
    public async Task Nobody_listening_is_told_with_a_reason()
    {
        string url = admin.Urls.Single();
        await admin.StopAsync(TestContext.Current.CancellationToken);
        using var directory = new GatewayDirectory(new Uri(url), Token);
        IOException failure = await Assert.ThrowsAsync<IOException>(() => directory.Read(TestContext.Current.CancellationToken));
        Assert.Contains(url, failure.Message, StringComparison.Ordinal);
    }

    private async Task<GatewayList> Read(string path)
    {
        using var directory = new GatewayDirectory(new Uri(admin.Urls.Single() + path), Token);
        return await directory.Read(TestContext.Current.CancellationToken);
    }
}
