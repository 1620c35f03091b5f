// The ends of the bench that no packaged tool gives:
//   client echo PORT GRPC_PORT                             the upstream: WebSocket echo on PORT, gRPC unary echo (h2c) on GRPC_PORT
//   client websocket PORT PATH CONNECTIONS SECONDS BYTES   each connection sends a message and waits for its echo, over and over
//   client paced PORT PATH CONNECTIONS SECONDS RATE        RATE requests per second whatever the answers do; latency from the time each was due
//   client good PORT PATH CONNECTIONS RATE FRESH_RATE      RATE requests per second on kept TLS connections, FRESH_RATE with one each, until the input ends
// websocket and paced print one line of JSON at their end, good one for each line of its input.
using System.Globalization;
using Mesh.Bench.Client;

return args switch
{
    ["echo", var port, var grpc] => EchoServer.Run(Number(port), Number(grpc)),
    ["websocket", var port, var path, var connections, var seconds, var bytes] =>
        await LoadRun.Print(Number(connections), Number(seconds), run => new WebSocketLoad(run, Number(port), path, Number(bytes)).Drive()),
    ["paced", var port, var path, var connections, var seconds, var rate] =>
        await LoadRun.Print(Number(connections), Number(seconds), run => new PacedLoad(() => run.Over, run.Milliseconds.Add, () => Dial.Plain(Number(port)), path, Number(rate) / (double)Number(connections)).Drive()),
    ["good", var port, var path, var connections, var rate, var fresh] => await new GoodClients(Number(port), path, Number(connections), Number(rate), Number(fresh)).Run(),
    _ => Usage(),
};

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static int Usage()
{
    Console.Error.WriteLine("usage: client echo|websocket|paced|good ... (see Program.cs)");
    return 2;
}
