using System.Collections.Concurrent;
using System.Net;

namespace Mesh.Silo.Tests.EndToEnd;

/// <summary>Requests without pause from a few clients; every one that does not end as expected is kept.</summary>
internal sealed class Load : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<string> failures = new();
    private readonly Task[] clients;
    private long answered;

    public Load(HttpClient client, string path, int concurrency = 4) =>
        clients = [.. Enumerable.Range(0, concurrency).Select(_ => Run(client, path))];

    public long Answered => Volatile.Read(ref answered);

    public async Task<string[]> Stop()
    {
        await stop.CancelAsync();
        await Task.WhenAll(clients);
        return [.. failures];
    }

    public void Dispose() => stop.Dispose();

    private async Task Run(HttpClient client, string path)
    {
        await Task.Yield();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using HttpResponseMessage answer = await client.GetAsync(path);
                string body = await answer.Content.ReadAsStringAsync();
                if (answer.StatusCode != HttpStatusCode.OK)
                {
                    failures.Enqueue($"{(int)answer.StatusCode} {body}");
                }

                Interlocked.Increment(ref answered);
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException or IOException)
            {
                failures.Enqueue(error.ToString());
            }
        }
    }
}
