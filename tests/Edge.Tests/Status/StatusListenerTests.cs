using System.Net;
using System.Text.Json.Nodes;
using Mesh.Edge.Status;
using Mesh.Edge.Tests.Hosting;
using Mesh.Edge.Tests.Sync;

namespace Mesh.Edge.Tests.Status;

public sealed class StatusListenerTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly FakeControlPlane controlPlane = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Status_has_the_fields_of_kong_and_what_mesh_knows()
    {
        controlPlane.Commit(Documents.Service(1), Documents.Put("routes", 9, "{"));
        await using RunningEdge edge = await RunningEdge.Start(directory.Path, controlPlane);
        await edge.Reaches(1);
        await edge.Get("/nowhere");
        (HttpStatusCode status, JsonNode body) = await edge.GetStatus("/status");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Matches("^[0-9a-f]{32}$", body["configuration_hash"]!.GetValue<string>());
        Assert.NotEqual(new string('0', 32), body["configuration_hash"]!.GetValue<string>());
        Assert.Equal(1, body["server"]!["total_requests"]!.GetValue<long>());
        Assert.True(body["server"]!["connections_accepted"]!.GetValue<long>() >= 1);
        Assert.Equal(1, body["mesh"]!["revision"]!.GetValue<long>());
        Assert.Equal(edge.Host.Identity.Id.ToString(), body["mesh"]!["edge"]!["id"]!.GetValue<string>());
        Assert.Equal("serving", body["mesh"]!["edge"]!["phase"]!.GetValue<string>());
        Assert.True(body["mesh"]!["control_plane"]!["connected"]!.GetValue<bool>());
        Assert.Equal(1, body["mesh"]!["problems"]!["total"]!.GetValue<int>());
        Assert.Equal("routes", body["mesh"]!["problems"]!["first"]![0]!["kind"]!.GetValue<string>());
        await RunningEdge.Until(async () => (await edge.GetStatus("/status")).Body["mesh"]!["last_known_good"]!["revision"]?.GetValue<long>() == 1);
    }

    [Fact]
    public async Task Other_paths_and_methods_are_refused()
    {
        await using RunningEdge edge = await RunningEdge.Start(directory.Path, controlPlane);
        Assert.Equal(HttpStatusCode.NotFound, (await edge.GetStatus("/")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await edge.GetStatus("/statusx")).Status);
        using var client = new HttpClient();
        using HttpResponseMessage post = await client.PostAsync(new Uri(edge.Status, "/status"), null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        using var head = new HttpRequestMessage(HttpMethod.Head, new Uri(edge.Status, "/status/ready"));
        using HttpResponseMessage answer = await client.SendAsync(head, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(answer.Content.Headers.ContentLength > 0);
    }

    [Theory]
    [InlineData("/status/ready", null, HttpStatusCode.OK)]
    [InlineData("/status", null, HttpStatusCode.Unauthorized)]
    [InlineData("/metrics", null, HttpStatusCode.Unauthorized)]
    [InlineData("/nothing", null, HttpStatusCode.Unauthorized)]
    [InlineData("/status", "Bearer scrape", HttpStatusCode.OK)]
    [InlineData("/metrics", "bearer scrape", HttpStatusCode.OK)]
    [InlineData("/metrics", "Bearer other", HttpStatusCode.Unauthorized)]
    [InlineData("/metrics", "Basic scrape", HttpStatusCode.Unauthorized)]
    public async Task Who_is_not_allowed_reads_only_whether_it_serves_unless_the_token_is_shown(string path, string? authorization, HttpStatusCode expected)
    {
        await using RunningEdge edge = await RunningEdge.Start(directory.Path, controlPlane, settings => settings with { StatusAllow = [IPNetwork.Parse("192.0.2.0/24")], StatusToken = "scrape" });
        await edge.Reaches(0);
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(edge.Status, path));
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        using HttpResponseMessage answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public void Requests_are_counted_from_begin_to_end()
    {
        var counter = new RequestCounter();
        Parallel.For(0, 1000, i =>
        {
            counter.Begin();
            if (i % 4 != 0)
            {
                counter.End();
            }
        });
        Assert.Equal((1000, 250), (counter.Total, counter.InFlight));
    }
}
