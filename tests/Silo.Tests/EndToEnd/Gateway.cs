using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Mesh.Silo.Tests.EndToEnd.Network;

namespace Mesh.Silo.Tests.EndToEnd;

/// <summary>An all-in-one <c>mesh</c> process with a data directory of its own, and clients for its ports.</summary>
internal sealed class Gateway : IAsyncDisposable
{
    /// <summary>Stands in a setting for the port that <see cref="Admin"/> speaks to.</summary>
    public const string AdminPortPlace = "{admin}";

    private readonly Dictionary<string, string> environment;
    private readonly string[] arguments;
    private MeshProcess? process;
    private readonly string data = Directory.CreateTempSubdirectory("mesh-e2e-").FullName;

    public Gateway(Dictionary<string, string>? settings = null, params string[] arguments)
        : this(settings, new SocketsHttpHandler(), arguments)
    {
    }

    private Gateway(Dictionary<string, string>? settings, SocketsHttpHandler handler, params string[] arguments)
    {
        int[] ports = MeshProcess.FreePorts(7);
        (ProxyPort, ProxyTlsPort, AdminPort, AdminTlsPort, StatusPort) = (ports[0], ports[1], ports[2], ports[3], ports[4]);
        (SiloPort, GatewayPort) = (ports[5], ports[6]);
        Dictionary<string, string> environment = new()
        {
            ["MESH_PROXY_LISTEN"] = $"127.0.0.1:{ProxyPort} http2, 127.0.0.1:{ProxyTlsPort} http2 ssl",
            ["MESH_ADMIN_LISTEN"] = $"127.0.0.1:{AdminPort}, 127.0.0.1:{AdminTlsPort} http2 ssl",
            ["MESH_STATUS_LISTEN"] = $"127.0.0.1:{StatusPort}",
            ["MESH_SILO_PORT"] = $"{SiloPort}",
            ["MESH_GATEWAY_PORT"] = $"{GatewayPort}",
            ["MESH_DATA_DIR"] = data,
            ["MESH_ALLOW_DEBUG_HEADER"] = "on",
        };
        foreach ((string name, string value) in settings ?? [])
        {
            environment[name] = value.Replace(AdminPortPlace, $"{AdminPort}", StringComparison.Ordinal);
        }

        this.environment = environment;
        this.arguments = arguments;
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        Admin = new HttpClient(handler) { BaseAddress = new Uri($"http://127.0.0.1:{AdminPort}") };
        Proxy = new HttpClient(handler) { BaseAddress = new Uri($"http://127.0.0.1:{ProxyPort}") };
        ProxyTls = new HttpClient(handler) { BaseAddress = new Uri($"https://127.0.0.1:{ProxyTlsPort}") };
        Status = new HttpClient(handler) { BaseAddress = new Uri($"http://127.0.0.1:{StatusPort}") };
    }

    public int ProxyPort { get; }

    public int ProxyTlsPort { get; }

    public int AdminPort { get; }

    public int AdminTlsPort { get; }

    public int StatusPort { get; }

    public int SiloPort { get; }

    public int GatewayPort { get; }

    public string DataDirectory => data;

    public HttpClient Admin { get; }

    public HttpClient Proxy { get; }

    public HttpClient ProxyTls { get; }

    public HttpClient Status { get; }

    /// <summary>On a host of its own, reached through sockets that belong to it.</summary>
    public static Gateway On(HostNamespace host, Dictionary<string, string>? settings = null) => new(settings, Dialler(host)) { Launcher = host.Launcher };

    /// <inheritdoc cref="MeshProcess.Launcher"/>
    public string[] Launcher { get; init; } = [];

    public MeshProcess Process => process ??= new MeshProcess("mesh", environment, arguments) { Launcher = Launcher };

    public async Task Start(bool edge = true)
    {
        Process.Start();
        await Process.Until(async () => (await Admin.GetAsync("/status")).IsSuccessStatusCode, "the Admin API answers");
        if (edge)
        {
            await Process.Until(async () => (await Proxy.GetAsync("/")).Headers.Contains("X-Kong-Request-Id"), "the proxy answers");
        }
    }

    /// <summary>Runs a command of <c>mesh</c> against it, on its host.</summary>
    public async Task<(int Code, string Output)> Run(params string[] command)
    {
        await using var process = new MeshProcess("mesh", [], [.. command, "--admin-url", $"http://127.0.0.1:{AdminPort}"]) { Launcher = Launcher };
        process.Start();
        int code = await process.Exit();
        return (code, process.Output);
    }

    /// <summary>Writes and waits until every edge serves it.</summary>
    public async Task<JsonElement> Put(string path, object body)
    {
        HttpResponseMessage answer = await Admin.PutAsJsonAsync($"{path}?wait=edges", body);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created, $"PUT {path}: {(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    public async Task<JsonElement> Get(string path) => JsonDocument.Parse(await Admin.GetStringAsync(path)).RootElement;

    public async Task RouteTo(string name, Uri upstream, object? more = null)
    {
        await Put($"/services/{name}", new { url = upstream.ToString() });
        await Put($"/routes/{name}", more ?? new { paths = new[] { $"/{name}" }, service = new { name } });
    }

    private static SocketsHttpHandler Dialler(HostNamespace host) => new()
    {
        ConnectCallback = async (context, cancel) =>
        {
            Socket socket = host.Within(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            await socket.ConnectAsync(context.DnsEndPoint, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        Admin.Dispose();
        Proxy.Dispose();
        ProxyTls.Dispose();
        Status.Dispose();
        Directory.Delete(data, recursive: true);
    }
}
