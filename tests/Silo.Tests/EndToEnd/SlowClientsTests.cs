using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Mesh.Silo.Tests.EndToEnd;

/// <summary>The attacks of <c>slowhttptest</c>, all at once and over TLS.</summary>
public sealed class SlowClientsTests : IDisposable
{
    private const int Connections = 100;

    /// <summary>Seconds; an attack ends when the last of its connections is closed, so this is only a bound.</summary>
    private const int Longest = 40;

    /// <summary>Seconds of slow reading, which the server bears for longer.</summary>
    private const int Reading = 10;

    /// <summary>Seconds that the tool waits for an answer before it calls the service unavailable; the machine may have much else to do.</summary>
    private const int Patient = 10;
    private readonly DirectoryInfo records = Directory.CreateTempSubdirectory("mesh-slow-");

    public void Dispose() => records.Delete(recursive: true);

    [Fact]
    public async Task Slow_headers_bodies_reads_and_ranges_keep_nobody_else_out_and_heads_and_bodies_are_given_up()
    {
        await using Upstream upstream = await Upstream.Start(app => app.Run(Serve));
        await using var gateway = new Gateway();
        await gateway.Start();
        await gateway.RouteTo("shop", upstream.Address);
        int port = MeshProcess.FreePorts(1)[0];
        await gateway.Put("/listeners/public", new { listen = new[] { $"127.0.0.1:{port} ssl http2" }, limits = new { header_timeout = 2000 } });
        string[] many = ["-c", $"{Connections}", "-r", "50", "-l", $"{Longest}"];
        Dictionary<string, Task<Outcome>> attacks = new()
        {
            ["headers"] = Attack("headers", port, ["-H", .. many, "-i", "1"]),
            ["body"] = Attack("body", port, ["-B", .. many, "-i", "1", "-s", "1000000"]),
            ["read"] = Attack("read", port, ["-X", "-c", "20", "-r", "10", "-l", $"{Reading}", "-w", "512", "-y", "1024", "-n", "1", "-z", "32"]),
            ["range"] = Attack("range", port, ["-R", .. many, "-t", "HEAD", "-a", "1", "-b", "3000"]),
        };

        Task all = Task.WhenAll(attacks.Values);
        using var patience = new CancellationTokenSource(MeshProcess.Patience);
        var client = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true }, PooledConnectionLifetime = TimeSpan.Zero };
        using var good = new HttpClient(client) { BaseAddress = new Uri($"https://127.0.0.1:{port}") };
        do
        {
            // New clients, the Admin API and the edge's state all the while.
            Assert.Equal("small", await good.GetStringAsync("/shop/small", patience.Token));
            Assert.Equal(HttpStatusCode.OK, (await gateway.Admin.GetAsync("/status", patience.Token)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await gateway.Status.GetAsync("/status/ready", patience.Token)).StatusCode);
        }
        while (await Task.WhenAny(all, Task.Delay(TimeSpan.FromMilliseconds(100), patience.Token)) != all);

        foreach ((string name, Task<Outcome> attack) in attacks)
        {
            Outcome outcome = await attack;
            Assert.NotEmpty(outcome.Seconds);
            Assert.All(outcome.Seconds, second => Assert.True(second.Available, $"{name}: not available in second {second.Second}"));
        }

        foreach (string slow in new[] { "headers", "body" })
        {
            Assert.Contains("No open connections left", (await attacks[slow]).Said, StringComparison.Ordinal);
        }
    }

    private static Task Serve(HttpContext http)
    {
        http.Response.Headers.AcceptRanges = "bytes";
        return http.Response.WriteAsync(http.Request.Path == "/read" ? new string('x', 4 << 20) : "small");
    }

    private async Task<Outcome> Attack(string name, int port, string[] options)
    {
        string prefix = Path.Combine(records.FullName, name);
        string[] common = ["-p", $"{Patient}", "-g", "-o", prefix, "-u", $"https://127.0.0.1:{port}/shop/{name}"];
        using Process process = Process.Start(new ProcessStartInfo("slowhttptest", [.. options, .. common]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        string said = await output + await errors;
        Assert.True(File.Exists($"{prefix}.csv"), said);
        return new Outcome(said, [.. (await File.ReadAllLinesAsync($"{prefix}.csv")).Skip(1).Where(line => line.Contains(',', StringComparison.Ordinal)).Select(Record.Read)]);
    }

    /// <param name="Seconds">What the tool recorded for each of them.</param>
    private sealed record Outcome(string Said, Record[] Seconds);

    private sealed record Record(int Second, bool Available)
    {
        public static Record Read(string line)
        {
            int[] fields = [.. line.Split(',').Take(5).Select(field => int.Parse(field.Trim(), CultureInfo.InvariantCulture))];
            return new Record(fields[0], fields[4] > 0);
        }
    }
}
