using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Mesh.Edge.Tests.Forwarding;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mesh.Edge.Tests.Plugins.HttpLog;

/// <summary>A real server that takes records in, or refuses to.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private KestrelUpstream server = null!;

    public int Port => server.Port;

    public string Url() => $"http://127.0.0.1:{Port}/";

    /// <summary>Answered to everything; what is refused is counted only.</summary>
    public volatile int Status = 200;

    /// <summary>Requests are held until this completes; null answers at once.</summary>
    public TaskCompletionSource? Hold { get; set; }

    /// <summary>Requests that came, held or not.</summary>
    public int Arrived => Volatile.Read(ref arrived);

    public int Refused => Volatile.Read(ref refused);

    private int refused;
    private int arrived;

    public ConcurrentQueue<(string Method, string Path, IHeaderDictionary Headers, JsonNode Body)> Taken { get; } = new();

    public static async Task<Collector> Start()
    {
        var collector = new Collector();
        collector.server = await KestrelUpstream.StartAsync(HttpProtocols.Http1, app => app.Run(collector.Take));
        return collector;
    }

    /// <summary>Records one by one, whichever batches they came in.</summary>
    public IReadOnlyList<JsonNode> Records => [.. Taken.SelectMany(request => request.Body is JsonArray many ? many.Select(one => one!) : [request.Body])];

    public ValueTask DisposeAsync()
    {
        Hold?.TrySetResult();
        return server.DisposeAsync();
    }

    private async Task Take(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        string body = await reader.ReadToEndAsync();
        Interlocked.Increment(ref arrived);
        if (Hold is { } hold)
        {
            await hold.Task;
        }

        if (Status < 300)
        {
            Taken.Enqueue((http.Request.Method, http.Request.Path + http.Request.QueryString, new HeaderDictionary(http.Request.Headers.ToDictionary()), JsonNode.Parse(body)!));
        }
        else
        {
            Interlocked.Increment(ref refused);
        }

        http.Response.StatusCode = Status;
    }
}
