namespace Mesh.Silo.Tests.EndToEnd;

/// <summary>A separate <c>mesh-edge</c> process attached to a silo.</summary>
internal sealed class EdgeProcess : IAsyncDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("mesh-edge-e2e-").FullName;

    /// <param name="settings">More environment variables.</param>
    /// <param name="launcher"><inheritdoc cref="MeshProcess.Launcher" path="/summary"/></param>
    public EdgeProcess(Gateway silo, string token, Dictionary<string, string>? settings = null, params string[] launcher)
    {
        int[] ports = MeshProcess.FreePorts(2);
        Proxy = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[0]}") };
        Status = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[1]}") };
        Dictionary<string, string> environment = new()
        {
            ["MESH_PROXY_LISTEN"] = $"127.0.0.1:{ports[0]}",
            ["MESH_STATUS_LISTEN"] = $"127.0.0.1:{ports[1]}",
            ["MESH_DATA_DIR"] = data,
            ["MESH_CONTROL_PLANE"] = $"http://127.0.0.1:{silo.AdminPort}",
        };
        if (token.Length > 0)
        {
            environment["MESH_EDGE_TOKEN"] = token;
        }

        foreach ((string name, string value) in settings ?? [])
        {
            environment[name] = value;
        }

        Process = new MeshProcess("mesh-edge", environment) { Launcher = launcher };
    }

    public HttpClient Proxy { get; }

    public HttpClient Status { get; }

    public MeshProcess Process { get; }

    public async Task Start()
    {
        Process.Start();
        await Process.Until(async () => (await Proxy.GetAsync("/")).Headers.Contains("X-Kong-Request-Id"), "the edge answers");
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        Proxy.Dispose();
        Status.Dispose();
        Directory.Delete(data, recursive: true);
    }
}
