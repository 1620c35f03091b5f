// The two ends of the bench that no packaged tool gives:
//   client echo PORT GRPC_PORT                             the upstream: WebSocket echo on PORT, gRPC unary echo (h2c) on GRPC_PORT
//   client websocket PORT PATH CONNECTIONS SECONDS BYTES   each connection sends a message and waits for its echo, over and over
//   client paced PORT PATH CONNECTIONS SECONDS RATE        RATE requests per second whatever the answers do; latency from the time each was due
// The last two print one line of JSON.
using System.Globalization;
using Mesh.Bench.Client;

return args switch
{
    ["echo", var port, var grpc] => EchoServer.Run(Number(port), Number(grpc)),
    ["websocket", var port, var path, var connections, var seconds, var bytes] =>
        await LoadRun.Print(Number(connections), Number(seconds), run => new WebSocketLoad(run, Number(port), path, Number(bytes)).Drive()),
    ["paced", var port, var path, var connections, var seconds, var rate] =>
        await LoadRun.Print(Number(connections), Number(seconds), run => new PacedLoad(run, Number(port), path, Number(rate) / double.Parse(connections, CultureInfo.InvariantCulture)).Drive()),
    _ => Usage(),
};

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static int Usage()
{
    Console.Error.WriteLine("usage: client echo|websocket|paced ... (see Program.cs)");
    return 2;
}
