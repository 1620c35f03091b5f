using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Mesh.Bench.Client;

/// <summary>
/// Clients as they should be, over TLS at a fixed pace: some on kept connections, some that come anew for each request. They go on until
/// the input ends; each line of it is answered by what was measured since the last.
/// </summary>
internal sealed class GoodClients(int port, string path, int connections, double rate, double freshRate)
{
    private const int FreshClients = 8;

    /// <summary>Before a client that failed comes again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Lock gate = new();
    private List<double> kept = [];
    private List<double> fresh = [];
    private int errors;
    private string firstError = "";
    private volatile bool over;

    public async Task<int> Run()
    {
        Task[] clients =
        [
            .. Enumerable.Range(0, connections).Select(_ => Again(new PacedLoad(IsOver, TookKept, Connect, path, rate / connections).Drive)),
            .. Enumerable.Range(0, FreshClients).Select(_ => Again(new PacedLoad(IsOver, TookFresh, Connect, path, freshRate / FreshClients).DriveFresh)),
        ];
        while (await Console.In.ReadLineAsync() is not null)
        {
            Console.WriteLine(Take());
        }

        over = true;
        await Task.WhenAll(clients);
        return 0;
    }

    private bool IsOver() => over;

    private Task<Stream> Connect() => Dial.Tls(port);

    private void TookKept(double milliseconds)
    {
        lock (gate)
        {
            kept.Add(milliseconds);
        }
    }

    private void TookFresh(double milliseconds)
    {
        lock (gate)
        {
            fresh.Add(milliseconds);
        }
    }

    private string Take()
    {
        lock (gate)
        {
            string line = string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"requests":{{kept.Count}},"p50":{{LoadRun.At(kept, 0.5)}},"p99":{{LoadRun.At(kept, 0.99)}},"fresh":{{fresh.Count}},"fresh_p50":{{LoadRun.At(fresh, 0.5)}},"fresh_p99":{{LoadRun.At(fresh, 0.99)}},"errors":{{errors}},"error":"{{firstError}}"}""");
            (kept, fresh, errors, firstError) = ([], [], 0, "");
            return line;
        }
    }

    private async Task Again(Func<Task> drive)
    {
        while (!over)
        {
            try
            {
                await drive();
            }
            catch (Exception failure) when (failure is IOException or InvalidDataException or SocketException or TimeoutException or AuthenticationException)
            {
                lock (gate)
                {
                    errors++;
                    firstError = failure.Message.Replace('"', '\'').ReplaceLineEndings(" ");
                }

                await Task.Delay(Pause);
            }
        }
    }
}
