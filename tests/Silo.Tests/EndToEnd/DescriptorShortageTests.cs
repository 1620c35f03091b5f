using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Mesh.Silo.Tests.EndToEnd;

/// <summary>More clients than the process may have open files (EMFILE).</summary>
public sealed class DescriptorShortageTests
{
    private const int OpenFiles = 500;
    private const string Complaint = "cannot accept";

    [Fact]
    public async Task A_flood_that_takes_all_descriptors_is_waited_out()
    {
        var hold = new TaskCompletionSource();
        await using Upstream upstream = await Upstream.Start(app => app.Run(async context =>
        {
            await (context.Request.Path == "/hold" ? hold.Task.WaitAsync(context.RequestAborted) : Task.CompletedTask);
            await context.Response.WriteAsync(context.Request.Path);
        }));
        await using var silo = new Gateway();
        await silo.Start();
        await silo.RouteTo("echo", upstream.Address);
        await using var edge = new EdgeProcess(silo, "", null, "prlimit", $"--nofile={OpenFiles}:{OpenFiles}");
        await edge.Start();
        await edge.Process.Until(async () => await edge.Proxy.GetStringAsync("/echo/x") == "/x", "the edge has its configuration");

        List<Socket> flood = [];
        try
        {
            for (int i = 0; i < OpenFiles + 100; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                flood.Add(socket);
                await socket.ConnectAsync(IPAddress.Loopback, edge.Proxy.BaseAddress!.Port);

                // Those of one half take a descriptor more each, towards the target.
                byte[] request = i % 2 == 0 ? "GET /echo/hold HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray() : "GET "u8.ToArray();
                await socket.SendAsync(request);
            }

            await edge.Process.Until(() => Task.FromResult(Complaints(edge) >= 3), "the listener says that it cannot accept");

            // It has waited between its tries: there is no line for each of the connections that it could not take.
            Assert.InRange(Complaints(edge), 3, 60);
        }
        finally
        {
            flood.ForEach(socket => socket.Dispose());
            hold.SetResult();
        }

        using var fresh = new HttpClient { BaseAddress = edge.Proxy.BaseAddress };
        await edge.Process.Until(async () => await fresh.GetStringAsync("/echo/y") == "/y", "the edge takes connections again");
        await silo.RouteTo("later", upstream.Address);
        await edge.Process.Until(async () => (await fresh.GetAsync("/later")).IsSuccessStatusCode, "the edge follows the configuration");
    }

    private static int Complaints(EdgeProcess edge) => edge.Process.Output.Split(Complaint).Length - 1;
}
